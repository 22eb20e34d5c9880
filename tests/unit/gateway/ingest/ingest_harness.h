// IngestHarness: Ingest and SkpReader over an empty store in memory, called as if they answered at
// once. The fixture of every test here.
//
//   using OrderTest = IngestHarness;
//   TEST_F(OrderTest, TakesAGreaterVersion) {
//     const std::string name = Accept(MakeSkp()).name();
//     ...
//   }
//
// Threading: one thread. Ownership: a harness owns everything it is made of.
#ifndef KINERJA_TESTS_UNIT_GATEWAY_INGEST_INGEST_HARNESS_H_
#define KINERJA_TESTS_UNIT_GATEWAY_INGEST_INGEST_HARNESS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/ingest/ingest.h"
#include "gateway/ingest/skp_reader.h"
#include "gateway/security/principal.h"
#include "gateway/store/store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kinerja/config/v1/config.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/builders.h"
#include "tests/support/matchers.h"

namespace kinerja::ingest {

using Answer = absl::StatusOr<v1::SubmitSkpResponse>;

// A broken rule that a refusal names: path by index, and code.
using Named = std::pair<std::string, std::string>;

class IngestHarness : public testing::Test {
 protected:
  explicit IngestHarness(size_t max_scan = 10'000);
  ~IngestHarness() override;

  // Hands in one submission and waits for its answer.
  Answer Submit(const security::Principal& principal, const v1::SubmitSkpRequest& request);
  Answer Submit(const security::Principal& principal, const v1::Skp& skp);
  Answer Submit(const v1::Skp& skp) { return Submit(bkd_, skp); }
  Answer Validate(const security::Principal& principal, const v1::Skp& skp);
  // The same, for one that has to be accepted; the test fails where it is not.
  v1::SubmitSkpResponse Accept(const security::Principal& principal, const v1::Skp& skp);
  v1::SubmitSkpResponse Accept(const v1::Skp& skp) { return Accept(bkd_, skp); }

  absl::StatusOr<v1::GetSkpResponse> TryGet(const security::Principal& principal,
                                            const v1::GetSkpRequest& request);
  absl::StatusOr<v1::ListSkpsResponse> List(const security::Principal& principal,
                                            const v1::ListSkpsRequest& request);
  absl::StatusOr<v1::ListSkpRevisionsResponse> ListRevisions(
      const security::Principal& principal, const v1::ListSkpRevisionsRequest& request);
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(const security::Principal& principal,
                                                          const v1::ListConflictsRequest& request);
  // What is held; the test fails when there is none.
  v1::Skp Get(const std::string& name, uint64_t revision = 0);
  std::vector<v1::Conflict> Conflicts(const std::string& parent, bool with_closed = false);

  // Every row of the change log.
  std::vector<store::Change> Changes();
  // "system/id" of every source id that names the record.
  std::vector<std::string> SourcesOf(const std::string& name);
  // Runs `look` on what is stored and waits for it.
  void Look(const std::function<void(const store::View&)>& look);

  // Later submissions are judged with this configuration and these reference data.
  void Use(const config::v1::GatewayConfig& config,
           std::shared_ptr<const reference::Snapshot> reference = support::MakeReference());

  // Systems bkd-9901, bkd-9902 and pmm (origins with versions), arsip (without), bkn and bkn-rekap
  // (owner BKN; bkn-rekap without versions). No routes.
  static config::v1::GatewayConfig MakeConfig();

  fakes::FakeClock clock_;
  // Callers of instansi 9901 ...
  const security::Principal bkd_ = Caller("bkd", {"bkd-9901", "arsip"}, {"9901"});
  const security::Principal other_ = Caller("other", {"bkd-9901"}, {"9901"});
  const security::Principal feed_ = Feed("feed", {"bkd-9901"}, {"9901"});
  const security::Principal reader_ = Caller("reader", {}, {"9901"});
  // ... of 9902 ...
  const security::Principal elsewhere_ = Caller("elsewhere", {"bkd-9901", "bkd-9902"}, {"9902"});
  // ... and of all.
  const security::Principal wide_ = Caller("wide", {"bkd-9901", "bkd-9902"}, {});
  const security::Principal bkn_ = Caller("bkn", {"bkn"}, {});
  const security::Principal bkn_feed_ = Feed("bkn-feed", {"bkn", "bkn-rekap"}, {});

 private:
  // No instansi: all.
  static security::Principal Caller(std::string_view id, std::set<std::string, std::less<>> systems,
                                    std::set<std::string, std::less<>> instansi);
  static security::Principal Feed(std::string_view id, std::set<std::string, std::less<>> systems,
                                  std::set<std::string, std::less<>> instansi);

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Ingest> ingest_;
  std::unique_ptr<SkpReader> reader_of_store_;
};

// A UUID version 4 of a number.
std::string Uuid(int number);
v1::SubmitSkpRequest RequestOf(const v1::Skp& skp, std::string_view request_id = "");
// `skp` as its source would send it next: source.version one greater.
v1::Skp Newer(v1::Skp skp);
// MakeSkp() at an earlier state: what follows in its history is dropped.
v1::Skp SkpAt(v1::StatusSkp status);
// MakeSkp() carried on to BERJALAN, DINILAI_PERIODIK (with the first quarter), DINILAI_TAHUNAN or
// FINAL.
v1::Skp SkpCarriedTo(v1::StatusSkp status);
// `skp` of another unit of 9901 (UNOR-CJ-0202), under another source id.
v1::Skp AtOtherUnit(v1::Skp skp);
// `skp` for these days as JENIS_PERIODE_KHUSUS, under another source id.
v1::Skp InDays(v1::Skp skp, std::string_view mulai, std::string_view selesai);
// `skp` of another person of the same unit, under another source id.
v1::Skp OfOtherPerson(v1::Skp skp);
// `held` as BKN would send it back: by name, as source bkn.
v1::Skp AsBkn(v1::Skp held, uint64_t version = 1);

// What a refusal names.
std::vector<Named> NamedBy(const absl::Status& status);
std::vector<Named> NamedBy(const google::protobuf::RepeatedPtrField<v1::Violation>& violations);
template <typename T>
std::vector<Named> NamedBy(const absl::StatusOr<T>& answer) {
  return NamedBy(answer.status());
}
// Its codes alone.
template <typename T>
std::vector<std::string> ReasonsOf(const T& refused) {
  std::vector<std::string> reasons;
  for (const Named& named : NamedBy(refused)) reasons.push_back(named.second);
  return reasons;
}
// A value of the refusal's ErrorInfo; empty when there is none.
std::string MetadataOf(const absl::Status& status, const std::string& key);
// What makes a revision: two records with the same content are equal.
std::string ContentOf(v1::Skp skp);

// An answer that was given, with this outcome: MATCHER over Answer.
MATCHER_P(HasOutcome, outcome, "has outcome " + v1::Outcome_Name(outcome)) {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  *result_listener << arg->ShortDebugString();
  return arg->outcome() == outcome;
}

}  // namespace kinerja::ingest

#endif  // KINERJA_TESTS_UNIT_GATEWAY_INGEST_INGEST_HARNESS_H_
