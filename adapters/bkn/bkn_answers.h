// What an answer of SIASN means. It has four envelopes, refuses on HTTP 200, says "not found" in
// five ways, and stands behind a gateway that answers in its own three forms (bkn-siasn §4). The
// body decides; the HTTP status only where the body says nothing.
//
// The one rule behind every verdict on a write: kRetryLater and kRefused are given only where it is
// certain that nothing happened; everything else is kUnknown and is looked up.
//
// Pure; safe for concurrent use. Nothing of a person or a secret gets into an Outcome: what the
// peer says is cleaned first.
#ifndef KINERJA_ADAPTERS_BKN_BKN_ANSWERS_H_
#define KINERJA_ADAPTERS_BKN_BKN_ANSWERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "adapters/bkn/siasn_json.h"
#include "gateway/adapter/adapter.h"
#include "gateway/net/http.h"

namespace kinerja::adapters::bkn {

// Which of the two tokens an answer complains about; a new one may cure it.
enum class TokenFault : uint8_t { kNone, kWso2, kSso, kBoth };
TokenFault TokenFaultOf(const net::HttpResult& result);

// A read.
struct Reading {
  enum class Kind : uint8_t {
    kRows,     // at least one
    kNothing,  // SIASN says that there is nothing
    kTrouble,  // neither: `trouble` says why
  };
  Kind kind = Kind::kTrouble;
  std::vector<Json> rows;    // objects only
  adapter::Outcome trouble;  // kRetryLater, or kRefused for a mistake of ours
};
Reading ReadAnswer(const net::HttpResult& result, absl::Time now);

// An upload: one row, the object that describes the document, or kTrouble. It never leaves an
// outcome that must be looked up: a file that was uploaded twice is on no result.
Reading UploadAnswer(const net::HttpResult& result, absl::Time now);

// A save. `known_id` is the id that was sent: the answer may leave it out.
adapter::Outcome SaveAnswer(const net::HttpResult& result, std::string_view known_id,
                            absl::Time now);

// A deletion. One of a row that is not there is a refusal that SaysNotFound.
adapter::Outcome DeleteAnswer(const net::HttpResult& result, std::string_view id, absl::Time now);

// Whether the service refuses a write because something that it names is not there: the row of that
// id, or another thing.
bool SaysNotFound(const net::HttpResult& result);

// A token endpoint, of either kind.
struct TokenAnswer {
  std::string token;                         // empty: `trouble` says why
  std::optional<absl::Duration> expires_in;  // as the endpoint says; the token itself knows better
  adapter::Outcome trouble;
};
TokenAnswer ReadTokenAnswer(const net::HttpResult& result, absl::Time now);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_BKN_ANSWERS_H_
