// Any bytes as an answer of SIASN: a verdict, never a crash; nothing read is called unknown, no
// rows where there are none, and no word that is kept repeats a person's number. The first line of
// an input is the HTTP status.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/numbers.h"
#include "adapters/bkn/bkn_answers.h"
#include "adapters/bkn/bkn_mapping.h"
#include "adapters/bkn/bkn_rows.h"
#include "gateway/base/check.h"
#include "tests/fuzz/no_identity.h"

namespace {

namespace bkn = kinerja::adapters::bkn;
using kinerja::adapter::Outcome;
using kinerja::adapter::Verdict;

void CheckOutcome(const Outcome& outcome) {
  KJ_CHECK(!kinerja::fuzz::HoldsIdentity(outcome.peer_words));
  KJ_CHECK(outcome.peer_words.size() < 250);
  const bool settled = outcome.verdict == Verdict::kDelivered;
  KJ_CHECK(settled == (outcome.reason == kinerja::v1::ERROR_REASON_UNSPECIFIED));
  KJ_CHECK(!outcome.after || *outcome.after >= absl::ZeroDuration());
}

kinerja::net::HttpResult Came(std::string_view input) {
  kinerja::net::HttpResult result;
  result.may_have_arrived = true;
  const size_t line = input.find('\n');
  if (line == std::string_view::npos ||
      !absl::SimpleAtoi(std::string(input.substr(0, line)), &result.response.status)) {
    result.response.status = 200;
  }
  result.response.body = input.substr(line == std::string_view::npos ? 0 : line + 1);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const kinerja::net::HttpResult result = Came({reinterpret_cast<const char*>(data), size});
  const absl::Time now = absl::FromUnixSeconds(1'768'440'600);

  const bkn::Reading reading = bkn::ReadAnswer(result, now);
  KJ_CHECK((reading.kind == bkn::Reading::Kind::kRows) == !reading.rows.empty());
  if (reading.kind == bkn::Reading::Kind::kTrouble) {
    CheckOutcome(reading.trouble);
    KJ_CHECK(reading.trouble.verdict == Verdict::kRetryLater);
  }
  for (const bkn::Json& row : reading.rows) {
    for (const std::string_view kind : {bkn::kSkp22, bkn::kPeriodik, bkn::kAngkaKredit}) {
      (void)bkn::IsSameEffect(kind, row, row);
      (void)bkn::HoldsContent(kind, row, row);
      KJ_CHECK(bkn::ParseJson(bkn::BodyForUpdate(kind, bkn::WriteJson(row), "id", &row)));
    }
  }
  CheckOutcome(bkn::SaveAnswer(result, "known", now));
  CheckOutcome(bkn::DeleteAnswer(result, "known", now));
  const bkn::TokenAnswer token = bkn::ReadTokenAnswer(result, now);
  if (token.token.empty()) CheckOutcome(token.trouble);
  (void)bkn::ReadFacts(result.response.body);
  return 0;
}
