#include "tests/fault/store_workload.h"

#include <future>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/base/status_macros.h"

namespace kinerja::fault {
namespace {

using store::Change;
using store::NewRevision;
using store::View;
using store::Writes;

constexpr char kSystem[] = "load";

// From 100 bytes to several pages, different for neighbours.
std::string BodyOf(uint64_t item) {
  const uint64_t mixed = item * 0x9E3779B97F4A7C15u;
  std::string body = absl::StrCat(item, "|");
  body.resize(100 + (mixed >> 51), static_cast<char>('a' + mixed % 26));
  return body;
}

std::optional<uint64_t> ItemOf(const Change& change) {
  uint64_t item = 0;
  const std::string& bytes = change.body.bytes;
  if (!absl::SimpleAtoi(bytes.substr(0, bytes.find('|')), &item)) return std::nullopt;
  return item;
}

absl::StatusOr<NewRevision> RevisionOf(const View& view, uint64_t item) {
  NewRevision revision;
  revision.keys.instansi = absl::StrCat(1000 + item % 7);
  revision.targets = {"bkn"};
  revision.body = {0, "salt", "hash", BodyOf(item)};
  if (item % 4 == 3) {
    KJ_ASSIGN_OR_RETURN(const auto source, view.FindSource(kSystem, absl::StrCat(item - 1)));
    if (source.has_value()) {
      KJ_ASSIGN_OR_RETURN(const auto head, view.FindHead(source->skp));
      KJ_CHECK(head.has_value());
      revision.skp = head->skp;
      revision.person = head->person;
      revision.revision = head->revision + 1;
      return revision;
    }
  }
  KJ_ASSIGN_OR_RETURN(revision.skp, view.NewSkpId());
  revision.person = absl::StrCat("nip:", item);
  revision.revision = 1;
  return revision;
}

absl::StatusOr<Writes> Decide(const View& view, uint64_t item) {
  KJ_ASSIGN_OR_RETURN(NewRevision revision, RevisionOf(view, item));
  Writes writes;
  writes.sources = {{kSystem, absl::StrCat(item), revision.skp, item}};
  writes.request = store::RequestRow{kSystem, absl::StrCat(item), "digest",
                                     absl::StrCat(revision.skp), absl::Time()};
  writes.revisions.push_back(std::move(revision));
  return writes;
}

}  // namespace

void StoreWorkload::Run(store::Store& store, uint64_t items, uint64_t in_flight) {
  for (uint64_t i = 0; i < items; ++i) {
    uint64_t item = 0;
    {
      base::MutexLock lock(mutex_);
      if (i == 0) last_error_ = absl::OkStatus();
      while (in_flight_ >= in_flight) answered_.Wait(mutex_);
      if (!last_error_.ok()) break;
      item = sent_++;
      ++in_flight_;
    }
    Send(store, item);
  }
  base::MutexLock lock(mutex_);
  while (in_flight_ > 0) answered_.Wait(mutex_);
}

void StoreWorkload::Send(store::Store& store, uint64_t item) {
  store.Write([item](const View& view) { return Decide(view, item); },
              [this, item](const absl::StatusOr<store::Committed>& committed) {
                if (committed.ok() && on_acknowledged_) on_acknowledged_(item);
                base::MutexLock lock(mutex_);
                if (committed.ok()) {
                  acknowledged_.insert(item);
                } else {
                  last_error_ = committed.status();
                }
                --in_flight_;
                answered_.NotifyAll();
              });
}

void StoreWorkload::MarkSent(uint64_t items) {
  base::MutexLock lock(mutex_);
  sent_ += items;
}

void StoreWorkload::MarkAcknowledged(uint64_t item) {
  base::MutexLock lock(mutex_);
  acknowledged_.insert(item);
}

uint64_t StoreWorkload::sent() const {
  base::MutexLock lock(mutex_);
  return sent_;
}

uint64_t StoreWorkload::acknowledged() const {
  base::MutexLock lock(mutex_);
  return acknowledged_.size();
}

absl::Status StoreWorkload::last_error() const {
  base::MutexLock lock(mutex_);
  return last_error_;
}

std::string StoreWorkload::FindBrokenPromise(store::Store& store) {
  std::set<uint64_t> acknowledged;
  uint64_t sent = 0;
  {
    base::MutexLock lock(mutex_);
    acknowledged = acknowledged_;
    sent = sent_;
  }
  std::promise<std::string> found;
  const absl::Status status = store.Read([&](const View& view) {
    std::map<uint64_t, Change> stored;
    const auto changes = view.ReadChanges(0, SIZE_MAX);
    if (!changes.ok()) return found.set_value(changes.status().ToString());
    for (const Change& change : *changes) {
      const std::optional<uint64_t> item = ItemOf(change);
      if (!item.has_value() || *item >= sent) return found.set_value("an item nobody sent");
      if (!stored.emplace(*item, change).second) return found.set_value("an item stored twice");
      if (change.number != stored.size()) return found.set_value("a gap in the change numbers");
    }
    if (stored.size() != store.LastChange()) return found.set_value("LastChange is wrong");
    for (uint64_t item = 0; item < sent; ++item) {
      const auto change = stored.find(item);
      const std::string broken = Check(view, item, acknowledged.contains(item),
                                       change == stored.end() ? nullptr : &change->second);
      if (!broken.empty()) return found.set_value(absl::StrCat("item ", item, ": ", broken));
    }
    found.set_value("");
  });
  return status.ok() ? found.get_future().get() : status.ToString();
}

std::string StoreWorkload::Check(const View& view, uint64_t item, bool acknowledged,
                                 const Change* change) {
  const std::string id = absl::StrCat(item);
  const auto source = view.FindSource(kSystem, id);
  const auto request = view.FindRequest(kSystem, id);
  if (!source.ok() || !request.ok()) return "cannot be read";
  if (change == nullptr) {
    if (acknowledged) return "acknowledged and lost";
    return source->has_value() || request->has_value() ? "half of it is there" : "";
  }
  if (change->body.bytes != BodyOf(item)) return "its body is not what was sent";
  if (!source->has_value() || (*source)->skp != change->skp) return "its source row is missing";
  if (!request->has_value()) return "its request row is missing";
  if ((*request)->answer != absl::StrCat(change->skp)) return "its answer is another one";
  const auto head = view.FindHead(change->skp);
  if (!head.ok() || !head->has_value()) return "its record has no head";
  if ((*head)->change < change->number) return "the head of its record is older";
  return "";
}

}  // namespace kinerja::fault
