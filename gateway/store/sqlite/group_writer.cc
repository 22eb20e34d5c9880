#include "gateway/store/sqlite/group_writer.h"

#include <utility>

#include "gateway/base/kill_point.h"
#include "gateway/base/log.h"
#include "gateway/base/status_macros.h"

namespace kinerja::store::sqlite {

GroupWriter::GroupWriter(std::unique_ptr<Database> db, const base::Clock& clock,
                         const std::function<uint64_t()>& random, const Options& options)
    : clock_(clock),
      max_group_(options.max_group),
      db_(std::move(db)),
      view_(std::make_unique<SqliteView>(*db_, clock, random)),
      items_(std::make_unique<ItemWriter>(*db_)),
      checkpointer_(std::make_unique<Checkpointer>(*db_, options.checkpoint_pages)),
      pruner_(std::make_unique<RequestPruner>(*db_, options.request_retention)),
      last_change_(options.last_change),
      queue_(options.queue),
      thread_("sqlite-writer", [this] { Run(); }) {}

void GroupWriter::Write(Decide decide, WriteDone done) {
  WriteAll({std::move(decide)},
           [done = std::move(done)](absl::StatusOr<std::vector<Committed>> committed) {
             if (!committed.ok()) return done(std::move(committed).status());
             done(std::move(committed->front()));
           });
}

void GroupWriter::WriteAll(std::vector<Decide> decides, WriteAllDone done) {
  Item item{std::move(decides), std::move(done)};
  if (queue_.TryPush(std::move(item))) return;
  // TryPush moves on success only. NOLINTNEXTLINE(bugprone-use-after-move)
  item.done(closed_.load() ? Closed() : TooManyWait());
}

absl::Status GroupWriter::Health() const {
  base::MutexLock lock(mutex_);
  return health_;
}

void GroupWriter::SetHealth(absl::Status health) {
  base::MutexLock lock(mutex_);
  health_ = std::move(health);
}

void GroupWriter::Stop() {
  closed_.store(true);
  queue_.Close();
  thread_.Join();
  if (db_ == nullptr) return;
  // After a failure the log is what a new start goes by.
  if (failed_) db_->KeepLogOnClose();
  pruner_.reset();
  checkpointer_.reset();
  items_.reset();
  view_.reset();
  db_.reset();
}

void GroupWriter::Run() {
  for (auto group = queue_.PopBatch(max_group_); !group.empty();
       group = queue_.PopBatch(max_group_)) {
    CommitOrRefuse(group);
    Maintain();
  }
}

void GroupWriter::CommitOrRefuse(std::span<Item> group) {
  if (failed_) return Refuse(group, Failed());
  KJ_KILL_POINT("store_before_transaction");
  const ChangeNumber before = last_change_.load();
  switch (TryGroup(group)) {
    case Outcome::kCommitted:
      if (!Health().ok()) SetHealth(absl::OkStatus());
      KJ_KILL_POINT("store_after_commit");
      Answer(group);
      if (on_commit_ && last_change_.load() != before) on_commit_(last_change_.load());
      return;
    case Outcome::kFull:
      SetHealth(Full());
      return Refuse(group, Full());
    case Outcome::kBusy:
      return Refuse(group, TooManyWait());
    case Outcome::kDevice:
      Fail();
      return Refuse(group, Failed());
    case Outcome::kItemFailed:
      if (group.size() == 1) return Answer(group);
      for (Item& item : group) CommitOrRefuse({&item, 1});
      return;
  }
}

GroupWriter::Outcome GroupWriter::TryGroup(std::span<Item> group) {
  absl::StatusOr<Transaction> transaction = Transaction::Begin(*db_, Transaction::Kind::kWrite);
  // Also what the last rollback met.
  if (const Outcome outcome = Faults(); outcome == Outcome::kDevice || !transaction.ok()) {
    return outcome == Outcome::kCommitted ? Outcome::kDevice : outcome;
  }
  const int64_t at = absl::ToUnixMicros(clock_.Now());
  ChangeNumber last_change = last_change_.load();
  for (Item& item : group) {
    const bool written = RunItem(item, at, last_change);
    if (const Outcome outcome = Faults(); outcome != Outcome::kCommitted) return outcome;
    if (!written) return Outcome::kItemFailed;
  }
  KJ_KILL_POINT("store_before_commit");
  if (KJ_SEEDED_BUG("answer_before_commit")) Answer(group);
  if (!transaction->Commit().ok()) {
    // Only a full disk is known to have left nothing behind.
    return Faults() == Outcome::kFull ? Outcome::kFull : Outcome::kDevice;
  }
  last_change_.store(last_change);
  return Outcome::kCommitted;
}

bool GroupWriter::RunItem(Item& item, int64_t at, ChangeNumber& last_change) {
  std::vector<Committed> committed;
  bool wrote = false;
  for (const Decide& decide : item.decides) {
    absl::StatusOr<Writes> writes = decide(*view_);
    if (!writes.ok()) {
      item.result = std::move(writes).status();
      return !wrote;
    }
    wrote = wrote || !writes->empty();
    absl::StatusOr<Committed> applied = Apply(*std::move(writes), at, last_change);
    if (!applied.ok()) {
      item.result = std::move(applied).status();
      return false;
    }
    committed.push_back(*std::move(applied));
  }
  item.result = std::move(committed);
  return true;
}

absl::StatusOr<Committed> GroupWriter::Apply(Writes writes, int64_t at, ChangeNumber& last_change) {
  Committed committed;
  if (!writes.empty()) {
    KJ_RETURN_IF_ERROR(items_->Apply(writes, at, last_change, committed));
  }
  committed.answer = std::move(writes.answer);
  return committed;
}

GroupWriter::Outcome GroupWriter::Faults() {
  switch (db_->TakeFault()) {
    case Fault::kNone:
      return Outcome::kCommitted;
    case Fault::kFull:
      return Outcome::kFull;
    case Fault::kBusy:
      return Outcome::kBusy;
    case Fault::kDevice:
      break;
  }
  return Outcome::kDevice;
}

void GroupWriter::Answer(std::span<Item> group) {
  bool first = true;
  for (Item& item : group) {
    if (item.done == nullptr) continue;  // answered before the commit, by a seeded bug
    std::exchange(item.done, nullptr)(std::move(item.result));
    if (std::exchange(first, false)) KJ_KILL_POINT("store_after_answer");
  }
}

void GroupWriter::Refuse(std::span<Item> group, const absl::Status& why) {
  for (Item& item : group) item.result = why;
  Answer(group);
}

void GroupWriter::Maintain() {
  if (failed_) return;
  // What fails here is judged by the fault that the connection keeps: no answer hangs on it.
  pruner_->RunIfDue(clock_.Now()).IgnoreError();
  checkpointer_->RunIfDue().IgnoreError();
  const Outcome outcome = Faults();
  if (outcome == Outcome::kFull) SetHealth(Full());
  if (outcome == Outcome::kDevice) Fail();
}

void GroupWriter::Fail() {
  failed_ = true;
  SetHealth(Failed());
  base::Log(base::Level::kError, "store_failed", {{"reason", "STORE_FAILED"}});
}

}  // namespace kinerja::store::sqlite
