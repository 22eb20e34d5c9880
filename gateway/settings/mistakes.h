// Mistakes: what is wrong with a configuration, each at its line and field, collected over several
// passes so that all are named at once.
//
// Pure. Threading: one thread.
// A field is written as a path: `listeners[0].tls.private_key_file`. A text is the rest of the
// sentence, what is wrong and what to do: "names no target of this file; use one of: bkn". It never
// quotes a value: a secret may stand in any place by mistake.
#ifndef KINERJA_GATEWAY_SETTINGS_MISTAKES_H_
#define KINERJA_GATEWAY_SETTINGS_MISTAKES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kinerja::settings {

struct Mistake {
  int line = 1;
  std::string field;  // empty: the file as a whole
  std::string text;
};

class Mistakes {
 public:
  // Remembers where a field stands.
  void SetLine(const std::string& field, int line) { lines_[field] = line; }
  // Whether the field stands in the file.
  bool IsPresent(const std::string& field) const { return lines_.contains(field); }
  // Marks a field as wrong by a mistake that was added without its name.
  void SetBroken(const std::string& field) { settled_.insert(field); }

  // Adds a mistake at a line.
  void AddAtLine(int line, std::string field, std::string text);
  // Adds a mistake at the line of the field; where it is absent, of what it belongs to. Nothing is
  // added when an earlier pass found the field, or what it belongs to, wrong: the one mistake would
  // be named twice.
  void Add(const std::string& field, std::string text);
  // Whether an earlier pass found the field, or what it belongs to, wrong.
  bool IsWrong(std::string_view field) const;
  // Begins the next pass.
  void NextPass();

  bool empty() const { return mistakes_.empty(); }
  size_t size() const { return mistakes_.size(); }
  // By line; those of one line as they were found.
  std::vector<Mistake> Sorted() const;

 private:
  int LineOf(std::string_view field) const;

  std::map<std::string, int, std::less<>> lines_;
  std::vector<Mistake> mistakes_;
  std::set<std::string, std::less<>> settled_;  // fields that later passes leave alone
};

// "<file>:<line>: <field>: <text>" for each, one a line, without a newline at the end.
std::string Format(const std::string& file, const std::vector<Mistake>& mistakes);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_MISTAKES_H_
