#include "tests/fault/gateway/submit_load.h"

#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/base/status.h"
#include "gateway/reference/reference.h"
#include "gateway/schema/normalise.h"
#include "tests/support/gateway_process.h"

namespace kinerja::fault {
namespace {

using support::GatewayClient;

// The same tables as the gateway's, so that the records are accepted.
const reference::Snapshot& Tables() {
  static const auto* const snapshot = [] {
    const std::string folder = std::string(KINERJA_SOURCE_DIR) + "/config/reference/";
    auto parsed = reference::Snapshot::Parse(support::ReadTestFile(folder + "instansi.tsv"),
                                             support::ReadTestFile(folder + "unor.tsv"));
    KJ_CHECK(parsed.ok());
    return new std::shared_ptr<const reference::Snapshot>(*std::move(parsed));
  }();
  return **snapshot;
}

// What a record says, without what the gateway puts there.
std::string ContentOf(v1::Skp skp) {
  schema::Normalise(&skp);
  schema::KeepContent(&skp);
  return schema::SerialiseDeterministic(skp);
}

// Says that nothing was written; every other error leaves it open.
bool IsRefusal(const absl::Status& status) {
  return status.code() == absl::StatusCode::kResourceExhausted;
}

std::string Describe(const v1::SubmitSkpRequest& request) {
  return absl::StrCat(request.skp().source().id(), " version ", request.skp().source().version());
}

}  // namespace

SubmitLoad::SubmitLoad(uint64_t seed) : seed_(seed), generator_(seed, Tables()) {}

void SubmitLoad::Begin(const std::string& address, const LoadOptions& options) {
  Join();
  left_ = options.submissions;
  ++runs_;
  {
    base::MutexLock lock(mutex_);
    errors_.clear();
  }
  for (uint64_t i = 0; i < options.clients; ++i) {
    threads_.emplace_back([this, address, seed = seed_ ^ (runs_ << 32) ^ (i << 16)] {
      const GatewayClient client({.address = address, .token = support::kPmmToken});
      RunClient(client, seed);
    });
  }
}

void SubmitLoad::Join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SubmitLoad::RunClient(const GatewayClient& client, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Record*> own;
  while (left_.fetch_sub(1) > 0) {
    if (!SubmitOne(client, random(), &own)) return;
  }
}

// Half are new records, a third are changes, the rest repeats what was answered.
bool SubmitLoad::SubmitOne(const GatewayClient& client, uint64_t draw, std::vector<Record*>* own) {
  const uint64_t kind = draw % 6;
  if (own->empty() || kind < 3) {
    auto record = std::make_unique<Record>();
    Record* const handle = record.get();
    {
      base::MutexLock lock(mutex_);
      records_.push_back(std::move(record));
    }
    own->push_back(handle);
    return Send(client, handle, FirstOf(next_number_.fetch_add(1)));
  }
  Record* const record = own->at(draw / 6 % own->size());
  if (kind < 5) return Send(client, record, NextOf(*record, kind == 3));
  return RepeatLast(client, record);
}

v1::SubmitSkpRequest SubmitLoad::FirstOf(uint64_t number) const {
  v1::SubmitSkpRequest request;
  request.set_request_id(support::NewRequestId());
  *request.mutable_skp() = generator_.Typical(number);
  return request;
}

v1::SubmitSkpRequest SubmitLoad::NextOf(const Record& record, bool expect_revision) {
  const Submission& last = record.submissions.back();
  v1::SubmitSkpRequest request = last.request;
  request.set_request_id(support::NewRequestId());
  request.clear_expected_revision();
  if (expect_revision) request.set_expected_revision(last.answer->revision());
  v1::Source* const source = request.mutable_skp()->mutable_source();
  source->set_version(source->version() + 1);
  // Not part of the plan, which is frozen.
  request.mutable_skp()->mutable_penilai()->set_jabatan(
      absl::StrCat("Kepala Sekolah ", source->version()));
  return request;
}

bool SubmitLoad::Send(const GatewayClient& client, Record* record, v1::SubmitSkpRequest request) {
  record->checked = false;
  record->submissions.push_back({.request = std::move(request), .answer = std::nullopt});
  Submission& sent = record->submissions.back();
  absl::StatusOr<v1::SubmitSkpResponse> answer = client.SubmitSkp(sent.request);
  if (!answer.ok()) {
    if (IsRefusal(answer.status())) record->submissions.pop_back();
    return NoteError(answer.status());
  }
  if (answer->revision() != record->submissions.size()) {
    NoteBroken(absl::StrCat(Describe(sent.request), " was answered as revision ",
                            answer->revision(), " instead of ", record->submissions.size()));
  }
  sent.answer = *std::move(answer);
  ++acknowledged_;
  return true;
}

bool SubmitLoad::RepeatLast(const GatewayClient& client, Record* record) {
  const Submission& last = record->submissions.back();
  const absl::StatusOr<v1::SubmitSkpResponse> again = client.SubmitSkp(last.request);
  if (!again.ok()) return NoteError(again.status());
  if (again->SerializeAsString() != last.answer->SerializeAsString()) {
    NoteBroken(Describe(last.request) + " was answered otherwise the second time");
  }
  return true;
}

bool SubmitLoad::NoteError(const absl::Status& error) {
  // CANCELLED is gRPC's own answer to a call that meets a server while it stops.
  const bool expected = IsRefusal(error) || error.code() == absl::StatusCode::kUnavailable ||
                        error.code() == absl::StatusCode::kCancelled;
  if (!expected) NoteBroken("a valid submission was answered " + error.ToString());
  base::MutexLock lock(mutex_);
  errors_.push_back(error);
  return false;
}

void SubmitLoad::NoteBroken(std::string what) {
  base::MutexLock lock(mutex_);
  if (broken_.empty()) broken_ = std::move(what);
}

uint64_t SubmitLoad::unanswered() const {
  base::MutexLock lock(mutex_);
  uint64_t count = 0;
  for (const auto& record : records_) {
    if (!record->submissions.empty() && !record->submissions.back().answer) ++count;
  }
  return count;
}

std::string SubmitLoad::AnyName() const {
  base::MutexLock lock(mutex_);
  for (const auto& record : records_) {
    if (record->submissions.empty() || !record->submissions.front().answer) continue;
    return record->submissions.front().answer->name();
  }
  return "";
}

std::vector<absl::Status> SubmitLoad::errors() const {
  base::MutexLock lock(mutex_);
  return errors_;
}

std::string SubmitLoad::FindBrokenPromise(const std::string& address) {
  Join();
  const GatewayClient client({.address = address, .token = support::kPmmToken});
  std::string broken = CheckAll(client);
  if (!broken.empty()) return broken;
  std::vector<Record*> open;
  {
    base::MutexLock lock(mutex_);
    for (const auto& record : records_) {
      if (!record->submissions.empty() && !record->submissions.back().answer) {
        open.push_back(record.get());
      }
    }
  }
  if (open.empty()) return "";
  for (Record* const record : open) {
    broken = RepeatUnanswered(client, record);
    if (!broken.empty()) return broken;
    ++acknowledged_;
  }
  return CheckAll(client);
}

std::string SubmitLoad::CheckAll(const GatewayClient& client) {
  base::MutexLock lock(mutex_);
  if (!broken_.empty()) return broken_;
  Held held;
  std::string broken = ListAll(client, &held);
  std::set<std::string> sent;
  for (const auto& record : records_) {
    if (!broken.empty()) return broken;
    if (record->submissions.empty()) continue;
    sent.insert(record->submissions.front().request.skp().source().id());
    broken = CheckRecord(*record, held);
    if (!broken.empty() || record->checked) continue;
    broken = CheckRevisions(client, *record);
    if (broken.empty()) broken = CheckRepeated(client, *record);
    record->checked = true;
  }
  for (const auto& [id, skp] : held) {
    if (broken.empty() && !sent.contains(id)) broken = id + " is there and was never sent";
  }
  return broken;
}

std::string SubmitLoad::ListAll(const GatewayClient& client, Held* held) {
  v1::ListSkpsRequest request;
  request.set_parent("instansi/-");
  request.set_page_size(500);
  do {
    absl::StatusOr<v1::ListSkpsResponse> page = client.ListSkps(request);
    if (!page.ok()) return "the records cannot be listed: " + page.status().ToString();
    for (v1::Skp& skp : *page->mutable_skps()) {
      const std::string id = skp.source().id();
      if (!held->emplace(id, std::move(skp)).second) return id + " is there twice";
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return "";
}

// The current revision is that of the last acknowledged submission, or of the one after it.
std::string SubmitLoad::CheckRecord(const Record& record, const Held& held) const {
  const Submission& last = record.submissions.back();
  const uint64_t sent = record.submissions.size();
  const uint64_t least = last.answer ? sent : sent - 1;
  const auto found = held.find(last.request.skp().source().id());
  if (found == held.end()) {
    return least == 0 ? "" : Describe(last.request) + " was acknowledged and is not there";
  }
  const uint64_t revision = found->second.revision();
  if (revision < least || revision > sent) {
    return absl::StrCat(Describe(last.request), " is held at revision ", revision, "; ", least,
                        " were acknowledged and ", sent, " sent");
  }
  if (ContentOf(found->second) != ContentOf(record.submissions[revision - 1].request.skp())) {
    return Describe(record.submissions[revision - 1].request) + " is other than it was sent";
  }
  return "";
}

std::string SubmitLoad::CheckRevisions(const GatewayClient& client, const Record& record) {
  if (!record.submissions.front().answer) return "";
  v1::ListSkpRevisionsRequest request;
  request.set_name(record.submissions.front().answer->name());
  request.set_page_size(500);
  const absl::StatusOr<v1::ListSkpRevisionsResponse> page = client.ListSkpRevisions(request);
  if (!page.ok()) return "revisions cannot be listed: " + page.status().ToString();
  uint64_t wanted = static_cast<uint64_t>(page->skps_size());
  const uint64_t acknowledged =
      record.submissions.size() - (record.submissions.back().answer ? 0 : 1);
  if (wanted < acknowledged || wanted > record.submissions.size()) {
    return absl::StrCat(request.name(), " has ", wanted, " revisions instead of ", acknowledged);
  }
  for (const v1::Skp& skp : page->skps()) {  // newest first
    const Submission& submission = record.submissions[wanted - 1];
    if (skp.revision() != wanted || ContentOf(skp) != ContentOf(submission.request.skp())) {
      return absl::StrCat(request.name(), " revision ", wanted, " is other than it was sent");
    }
    --wanted;
  }
  return "";
}

// The last acknowledged submission gets the answer it got, however often the process was restarted.
std::string SubmitLoad::CheckRepeated(const GatewayClient& client, const Record& record) {
  const Submission* last = &record.submissions.back();
  if (!last->answer && record.submissions.size() == 1) return "";
  if (!last->answer) last = &record.submissions[record.submissions.size() - 2];
  const absl::StatusOr<v1::SubmitSkpResponse> again = client.SubmitSkp(last->request);
  if (!again.ok()) {
    return Describe(last->request) + " was repeated and answered " + again.status().ToString();
  }
  if (again->SerializeAsString() == last->answer->SerializeAsString()) return "";
  return Describe(last->request) + " was answered otherwise the second time";
}

std::string SubmitLoad::RepeatUnanswered(const GatewayClient& client, Record* record) {
  Submission& open = record->submissions.back();
  record->checked = false;
  absl::StatusOr<v1::SubmitSkpResponse> answer = client.SubmitSkp(open.request);
  if (!answer.ok()) {
    return Describe(open.request) + " was repeated and answered " + answer.status().ToString();
  }
  const bool is_new = record->submissions.size() == 1;
  if (answer->outcome() != (is_new ? v1::OUTCOME_CREATED : v1::OUTCOME_UPDATED) ||
      answer->revision() != record->submissions.size()) {
    return absl::StrCat(Describe(open.request), " was repeated and answered ",
                        v1::Outcome_Name(answer->outcome()), " revision ", answer->revision(),
                        " instead of ", record->submissions.size());
  }
  open.answer = *std::move(answer);
  return "";
}

}  // namespace kinerja::fault
