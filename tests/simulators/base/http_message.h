// Request and Reply: HTTP as the simulators see it, and the small parsers of queries and forms.
//
// Threading: plain values; functions are pure.
//
//   const auto fields = ParseForm(request.query);      // "limit=5&offset=0"
//   if (fields.contains("limit")) ...
#ifndef KINERJA_TESTS_SIMULATORS_BASE_HTTP_MESSAGE_H_
#define KINERJA_TESTS_SIMULATORS_BASE_HTTP_MESSAGE_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinerja::simulators {

struct Request {
  std::string method;                                        // as sent: "GET"
  std::string path;                                          // without the query, percent-decoded
  std::string query;                                         // as sent, without "?"
  std::vector<std::pair<std::string, std::string>> headers;  // every line, in order
  std::string body;

  // The first line of that name, whatever its capitals.
  std::optional<std::string_view> Header(std::string_view name) const;
  // All lines of that name: one that comes twice is not joined.
  std::vector<std::string_view> HeaderLines(std::string_view name) const;
};

// What happens to the connection instead of, or after, a plain answer.
enum class Ending {
  kAnswer,  // the whole answer
  kReset,   // nothing, then RST
  kClose,   // nothing, then an orderly close
  kHang,    // nothing until the caller leaves or hung answers are released; then the answer
  kHalf,    // the head and half of the body, then a close
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::chrono::milliseconds delay{0};  // before the answer or the other ending
  Ending ending = Ending::kAnswer;
  bool release_hung = false;  // answers every request that hangs
};

// "a%2Fb+c" → "a/b c" (a form turns "+" into a blank; a path does not). A broken escape stays.
std::string PercentDecode(std::string_view text, bool plus_is_blank);

// "a=1&b=x%20y" as names and values; of a name that comes twice the last one counts.
std::map<std::string, std::string> ParseForm(std::string_view text);

// One part of a multipart/form-data body.
struct Part {
  std::string name;
  std::string filename;  // empty: a plain field
  std::string content;
};

// The parts in their order, or nothing when `content_type` names no boundary or the body is not
// made of it.
std::optional<std::vector<Part>> ParseMultipart(std::string_view content_type,
                                                std::string_view body);

// ASCII only.
std::string LowerCase(std::string_view text);
bool EqualsIgnoringCase(std::string_view left, std::string_view right);

}  // namespace kinerja::simulators

#endif  // KINERJA_TESTS_SIMULATORS_BASE_HTTP_MESSAGE_H_
