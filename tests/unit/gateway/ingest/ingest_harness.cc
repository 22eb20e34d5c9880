#include "tests/unit/gateway/ingest/ingest_harness.h"

#include <future>

#include "absl/strings/str_format.h"
#include "gateway/base/check.h"
#include "gateway/base/status.h"
#include "gateway/resource/skp_name.h"
#include "gateway/schema/normalise.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::ingest {
namespace {

constexpr char kConfig[] = R"pb(
  systems { id: "bkd-9901" }
  systems { id: "bkd-9902" }
  systems { id: "pmm" }
  systems { id: "arsip" ordered_by_arrival: true }
  systems { id: "bkn" owner: OWNER_BKN }
  systems { id: "bkn-rekap" owner: OWNER_BKN ordered_by_arrival: true }
)pb";

// Calls `start` with a callback and waits until it was called.
template <typename T>
T Await(const std::function<void(std::function<void(T)>)>& start) {
  std::promise<T> promise;
  start([&promise](T value) { promise.set_value(std::move(value)); });
  return promise.get_future().get();
}

void SetSourceId(v1::Skp* skp, std::string_view suffix) {
  skp->mutable_source()->set_id(skp->source().id() + "-" + std::string(suffix));
}

}  // namespace

IngestHarness::IngestHarness(size_t max_scan) {
  auto store =
      store::sqlite::SqliteStore::Open({.path = ":memory:", .readers = 1, .clock = &clock_});
  KJ_CHECK(store.ok());
  store_ = *std::move(store);
  ingest_ = std::make_unique<Ingest>(
      store_.get(), Rulebook::Make(MakeConfig(), support::MakeReference()), &clock_);
  reader_of_store_ = std::make_unique<SkpReader>(store_.get(), max_scan);
}

IngestHarness::~IngestHarness() { store_->Close(); }

security::Principal IngestHarness::Caller(std::string_view id,
                                          std::set<std::string, std::less<>> systems,
                                          std::set<std::string, std::less<>> instansi) {
  security::Principal principal;
  principal.id = std::string(id);
  principal.systems = std::move(systems);
  principal.all_instansi = instansi.empty();
  principal.instansi = std::move(instansi);
  return principal;
}

security::Principal IngestHarness::Feed(std::string_view id,
                                        std::set<std::string, std::less<>> systems,
                                        std::set<std::string, std::less<>> instansi) {
  security::Principal principal = Caller(id, std::move(systems), std::move(instansi));
  principal.feed = true;
  return principal;
}

config::v1::GatewayConfig IngestHarness::MakeConfig() {
  config::v1::GatewayConfig config;
  KJ_CHECK(google::protobuf::TextFormat::ParseFromString(kConfig, &config));
  return config;
}

void IngestHarness::Use(const config::v1::GatewayConfig& config,
                        std::shared_ptr<const reference::Snapshot> reference) {
  ingest_->SetRulebook(Rulebook::Make(config, std::move(reference)));
}

Answer IngestHarness::Submit(const security::Principal& principal,
                             const v1::SubmitSkpRequest& request) {
  return Await<Answer>([&](SubmitDone done) {
    ingest_->SubmitSkp(base::CallContext(), principal, request, std::move(done));
  });
}

Answer IngestHarness::Submit(const security::Principal& principal, const v1::Skp& skp) {
  return Submit(principal, RequestOf(skp));
}

Answer IngestHarness::Validate(const security::Principal& principal, const v1::Skp& skp) {
  v1::SubmitSkpRequest request = RequestOf(skp);
  request.set_validate_only(true);
  return Submit(principal, request);
}

v1::SubmitSkpResponse IngestHarness::Accept(const security::Principal& principal,
                                            const v1::Skp& skp) {
  Answer answer = Submit(principal, skp);
  if (answer.ok()) return *std::move(answer);
  ADD_FAILURE() << "not accepted: " << answer.status();
  return {};
}

absl::StatusOr<v1::GetSkpResponse> IngestHarness::TryGet(const security::Principal& principal,
                                                         const v1::GetSkpRequest& request) {
  return Await<absl::StatusOr<v1::GetSkpResponse>>([&](ReadDone<v1::GetSkpResponse> done) {
    reader_of_store_->GetSkp(principal, request, std::move(done));
  });
}

absl::StatusOr<v1::ListSkpsResponse> IngestHarness::List(const security::Principal& principal,
                                                         const v1::ListSkpsRequest& request) {
  return Await<absl::StatusOr<v1::ListSkpsResponse>>([&](ReadDone<v1::ListSkpsResponse> done) {
    reader_of_store_->ListSkps(principal, request, std::move(done));
  });
}

absl::StatusOr<v1::ListSkpRevisionsResponse> IngestHarness::ListRevisions(
    const security::Principal& principal, const v1::ListSkpRevisionsRequest& request) {
  return Await<absl::StatusOr<v1::ListSkpRevisionsResponse>>(
      [&](ReadDone<v1::ListSkpRevisionsResponse> done) {
        reader_of_store_->ListSkpRevisions(principal, request, std::move(done));
      });
}

absl::StatusOr<v1::ListConflictsResponse> IngestHarness::ListConflicts(
    const security::Principal& principal, const v1::ListConflictsRequest& request) {
  return Await<absl::StatusOr<v1::ListConflictsResponse>>(
      [&](ReadDone<v1::ListConflictsResponse> done) {
        reader_of_store_->ListConflicts(principal, request, std::move(done));
      });
}

v1::Skp IngestHarness::Get(const std::string& name, uint64_t revision) {
  v1::GetSkpRequest request;
  request.set_name(name);
  request.set_revision(revision);
  absl::StatusOr<v1::GetSkpResponse> answer = TryGet(wide_, request);
  if (answer.ok()) return answer->skp();
  ADD_FAILURE() << "not held: " << answer.status();
  return {};
}

std::vector<v1::Conflict> IngestHarness::Conflicts(const std::string& parent, bool with_closed) {
  v1::ListConflictsRequest request;
  request.set_parent(parent);
  request.set_with_closed(with_closed);
  absl::StatusOr<v1::ListConflictsResponse> answer = ListConflicts(wide_, request);
  if (answer.ok()) return {answer->conflicts().begin(), answer->conflicts().end()};
  ADD_FAILURE() << "not listed: " << answer.status();
  return {};
}

void IngestHarness::Look(const std::function<void(const store::View&)>& look) {
  Await<bool>([&](std::function<void(bool)> done) {
    KJ_CHECK(store_
                 ->Read([&look, done = std::move(done)](const store::View& view) {
                   look(view);
                   done(true);
                 })
                 .ok());
  });
}

std::vector<store::Change> IngestHarness::Changes() {
  std::vector<store::Change> changes;
  Look([&changes](const store::View& view) {
    auto found = view.ReadChanges(0, 10'000);
    KJ_CHECK(found.ok());
    changes = *std::move(found);
  });
  return changes;
}

std::vector<std::string> IngestHarness::SourcesOf(const std::string& name) {
  std::vector<std::string> sources;
  const std::optional<resource::SkpName> parts = resource::ParseSkpName(name);
  KJ_CHECK(parts.has_value());
  Look([&](const store::View& view) {
    auto found = view.ListSources(parts->id);
    KJ_CHECK(found.ok());
    for (const store::SourceRow& row : *found) sources.push_back(row.system + "/" + row.id);
  });
  return sources;
}

std::string Uuid(int number) { return absl::StrFormat("5eed0000-0000-4000-8000-%012x", number); }

v1::SubmitSkpRequest RequestOf(const v1::Skp& skp, std::string_view request_id) {
  v1::SubmitSkpRequest request;
  request.set_request_id(std::string(request_id));
  *request.mutable_skp() = skp;
  return request;
}

v1::Skp Newer(v1::Skp skp) {
  skp.mutable_source()->set_version(skp.source().version() + 1);
  return skp;
}

v1::Skp SkpAt(v1::StatusSkp status) {
  v1::Skp skp = support::MakeSkp();
  auto* history = skp.mutable_riwayat_status();
  while (!history->empty() && (*history)[history->size() - 1].status() != status) {
    history->RemoveLast();
  }
  KJ_CHECK(!history->empty());
  skp.set_status(status);
  return skp;
}

v1::Skp SkpCarriedTo(v1::StatusSkp status) {
  if (status == v1::STATUS_SKP_DINILAI_TAHUNAN || status == v1::STATUS_SKP_FINAL) {
    v1::Skp skp = support::MakeEvaluatedSkp();
    if (status == v1::STATUS_SKP_FINAL) {
      support::AppendStatus(&skp, v1::STATUS_SKP_FINAL, support::kPegawaiNip);
    }
    return skp;
  }
  v1::Skp skp = support::MakeSkp();
  support::AppendStatus(&skp, v1::STATUS_SKP_BERJALAN, "sistem");
  if (status == v1::STATUS_SKP_DINILAI_PERIODIK) {
    support::AppendStatus(&skp, v1::STATUS_SKP_DINILAI_PERIODIK, support::kPenilaiNip);
    *skp.add_evaluasi() = support::MakeTriwulan(2025, 1);
  }
  KJ_CHECK(skp.status() == status);
  return skp;
}

v1::Skp AtOtherUnit(v1::Skp skp) {
  SetSourceId(&skp, "0202");
  skp.mutable_pegawai()->mutable_unor()->set_id("UNOR-CJ-0202");
  skp.mutable_pegawai()->mutable_unor()->set_nama("SMPN 2 Contoh Jaya");
  skp.mutable_pegawai()->set_npsn("69900002");
  skp.mutable_pegawai()->set_nama_satuan("SMPN 2 Contoh Jaya");
  return skp;
}

v1::Skp InDays(v1::Skp skp, std::string_view mulai, std::string_view selesai) {
  SetSourceId(&skp, mulai);
  skp.mutable_periode()->set_mulai(std::string(mulai));
  skp.mutable_periode()->set_selesai(std::string(selesai));
  skp.mutable_periode()->set_jenis(v1::JENIS_PERIODE_KHUSUS);
  skp.mutable_periode()->set_urutan(0);
  return skp;
}

v1::Skp OfOtherPerson(v1::Skp skp) {
  SetSourceId(&skp, "b");
  skp.mutable_pegawai()->set_nip("199105012015042002");
  skp.mutable_pegawai()->set_nik("9901014105910002");
  return skp;
}

v1::Skp AsBkn(v1::Skp held, uint64_t version) {
  held.mutable_source()->set_system("bkn");
  held.mutable_source()->set_id("bkn-0001");
  held.mutable_source()->set_version(version);
  return held;
}

std::vector<Named> NamedBy(const absl::Status& status) {
  google::rpc::BadRequest detail;
  std::vector<Named> named;
  if (!base::GetDetail(status, &detail)) return named;
  for (const auto& violation : detail.field_violations()) {
    named.emplace_back(violation.field(), violation.reason());
  }
  return named;
}

std::vector<Named> NamedBy(const google::protobuf::RepeatedPtrField<v1::Violation>& violations) {
  std::vector<Named> named;
  for (const v1::Violation& violation : violations) {
    named.emplace_back(violation.field(), schema::ReasonName(violation.reason()));
  }
  return named;
}

std::string MetadataOf(const absl::Status& status, const std::string& key) {
  google::rpc::ErrorInfo info;
  if (!base::GetDetail(status, &info)) return "";
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? "" : found->second;
}

std::string ContentOf(v1::Skp skp) {
  schema::KeepContent(&skp);
  return schema::SerialiseDeterministic(skp);
}

}  // namespace kinerja::ingest
