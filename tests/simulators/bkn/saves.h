// Saves: from the body of a save to the row that a read gives back, or to the refusal.
//
// Names of a body are taken whatever their capitals, unknown ones are left out, a required 0 counts
// as missing: the service is written in Go. Names of the row differ from those of the body; that is
// part of the contract (bkn-siasn.md §5.3).
//
// Threading: pure.
//
//   const auto body = Body::FromJson(request.body);
//   SaveVerdict verdict = JudgeSkp22(*body, switches);
//   if (verdict.refusal) return *verdict.refusal;
//   results.Apply(std::move(verdict.save));
#ifndef KINERJA_TESTS_SIMULATORS_BKN_SAVES_H_
#define KINERJA_TESTS_SIMULATORS_BKN_SAVES_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulators/base/http_message.h"
#include "tests/simulators/bkn/results.h"
#include "tests/simulators/bkn/switches.h"

namespace kinerja::simulators::bkn {

class Body {
 public:
  // Nothing when the text is not a JSON object.
  static std::optional<Body> FromJson(std::string_view text);
  // The plain fields of a form; `nomor_sk` is the same name as `nomorSk`.
  static Body FromParts(const std::vector<Part>& parts);

  std::string Text(std::string_view name) const;
  int64_t Number(std::string_view name) const;  // 0 when absent or no whole number
  const nlohmann::json* Value(std::string_view name) const;
  void Set(std::string_view name, nlohmann::json value);

 private:
  std::map<std::string, nlohmann::json> fields_;  // by name in small letters
};

// Puts in the quadrant of the matrix (§6.2) with result and behaviour changed, as one client reads
// it; nothing where a rating is none.
void TransposeQuadrant(Body& body);

struct SaveVerdict {
  std::optional<Reply> refusal;
  Results::Save save;  // complete when there is no refusal
};

SaveVerdict JudgeSkp22(const Body& body, const Switches& switches);
SaveVerdict JudgeKinerjaPeriodik(const Body& body, const Switches& switches);
SaveVerdict JudgeAngkaKredit(const Body& body, const Switches& switches);

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_SAVES_H_
