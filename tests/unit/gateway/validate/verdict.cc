#include "tests/unit/gateway/validate/verdict.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/support/builders.h"

namespace kinerja::validate {

Context MakeContext() {
  static const std::shared_ptr<const reference::Snapshot> snapshot = support::MakeReference();
  Context context;
  context.today = absl::CivilDay(2026, 2, 2);
  context.reference = snapshot.get();
  return context;
}

Context MakeFeedContext() {
  Context context = MakeContext();
  context.native = false;
  return context;
}

std::string_view SeverityWord(v1::Severity severity) {
  switch (severity) {
    case v1::SEVERITY_REJECT:
      return "reject";
    case v1::SEVERITY_HOLD:
      return "hold";
    case v1::SEVERITY_WARNING:
      return "warning";
    default:
      return "other";
  }
}

std::string InWords(const schema::Violation& violation) {
  return absl::StrCat(std::string(SeverityWord(violation.severity)), " ",
                      std::string(schema::ReasonName(violation.reason)), " ", violation.field);
}

std::vector<std::string> Judge(const v1::Skp& skp, const Context& context) {
  static const Validator& validator = *new Validator();
  std::vector<std::string> words;
  for (const schema::Violation& violation : validator.Validate(skp, context)) {
    words.push_back(InWords(violation));
  }
  return words;
}

void Check(const v1::Skp& base, const std::vector<Case>& cases, const Context& context) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    v1::Skp skp = base;
    one.change(skp);
    EXPECT_THAT(Judge(skp, context), ::testing::ElementsAreArray(one.want));
  }
}

void Check(const std::vector<Case>& cases, const Context& context) {
  Check(support::MakeSkp(), cases, context);
}

void SetPeriode(v1::Skp& skp, std::string_view mulai, std::string_view selesai,
                v1::JenisPeriode jenis, int urutan) {
  v1::Periode& periode = *skp.mutable_periode();
  periode.set_tahun(std::stoi(std::string(selesai.substr(0, 4))));
  periode.set_mulai(std::string(mulai));
  periode.set_selesai(std::string(selesai));
  periode.set_jenis(jenis);
  periode.set_urutan(urutan);
}

}  // namespace kinerja::validate
