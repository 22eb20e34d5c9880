// The target in this process passes what real adapters must pass.
#include "absl/strings/str_cat.h"
#include "tests/contract/adapter_contract_test.h"
#include "tests/fakes/fake_peer.h"

namespace kinerja::adapter {
namespace {

using fakes::Fault;

// One part for the year and one for each period that was evaluated.
std::vector<PlannedPart> YearAndPeriods(const fakes::FakeAdapter& years, const PlanInput& input) {
  std::vector<PlannedPart> parts = years.Plan(input);
  for (const v1::Evaluasi& evaluasi : input.skp->evaluasi()) {
    const std::string ratings =
        absl::StrCat(evaluasi.rating_hasil(), "/", evaluasi.rating_perilaku());
    if (evaluasi.jenis() == v1::JENIS_EVALUASI_TAHUNAN) {
      absl::StrAppend(&parts.front().payload.bytes, " ", ratings);
      continue;
    }
    PlannedPart part = parts.front();
    part.kind = "period";
    part.key =
        absl::StrCat("period/", evaluasi.periode().tahun(), "/", evaluasi.periode().urutan());
    part.effect_key = absl::StrCat(input.skp->pegawai().nip(), "/", part.key);
    part.payload.bytes = absl::StrCat(part.effect_key, " ", ratings);
    parts.push_back(std::move(part));
  }
  return parts;
}

class FakeTarget : public TargetPeer {
 public:
  FakeTarget() {
    adapter_.manifest().part_kinds = {"year", "period"};
    adapter_.set_plan([this](const PlanInput& input) { return YearAndPeriods(years_, input); });
  }

  Adapter& adapter() override { return adapter_; }
  void Suffer(Trouble trouble) override {
    peer_.Blind(trouble == Trouble::kOutage);
    peer_.Always(trouble == Trouble::kOutage     ? Fault::kRetryLater
                 : trouble == Trouble::kNoAnswer ? Fault::kLost
                 : trouble == Trouble::kSilence  ? Fault::kCommittedThenSilent
                                                 : Fault::kNone);
    if (trouble == Trouble::kRefuseNext) peer_.Next({Fault::kRefused});
  }
  int effects() override { return static_cast<int>(peer_.effects().size()); }
  int created() override { return peer_.created(); }
  std::vector<std::string> sent() override {
    std::vector<std::string> sent;
    for (const auto& [key, effect] : peer_.effects()) sent.push_back(effect.bytes);
    return sent;
  }

 private:
  fakes::FakePeer peer_;
  const fakes::FakeAdapter years_{&peer_};
  fakes::FakeAdapter adapter_{&peer_};
};

const TargetParam kFake{"Fake", [] { return std::make_unique<FakeTarget>(); }};
INSTANTIATE_TEST_SUITE_P(Fake, TargetContractTest, testing::Values(kFake), TargetParam::NameOf);
INSTANTIATE_TEST_SUITE_P(Fake, TargetDeliveryContractTest, testing::Values(kFake),
                         TargetParam::NameOf);

}  // namespace
}  // namespace kinerja::adapter
