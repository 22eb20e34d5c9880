// FakeSource: a source adapter that answers pulls as a test says, and can keep one waiting.
//
//   FakeSource source;
//   source.Answer("", {.records = {…}, .next_cursor = "k1", .more = true});
//
// Threading: safe for concurrent use.
#ifndef KINERJA_TESTS_FAKES_FAKE_SOURCE_H_
#define KINERJA_TESTS_FAKES_FAKE_SOURCE_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/mutex.h"

namespace kinerja::fakes {

class FakeSource final : public adapter::Adapter {
 public:
  FakeSource() {
    manifest_.pulls = true;
    manifest_.takes_status = true;
    manifest_.batch = 2;
  }

  // The next pull from this cursor is answered so; pulls from one cursor are answered in order.
  // A pull that nothing is said about gets an empty page that ends where it began.
  void Answer(std::string cursor, adapter::PullAnswer answer) {
    base::MutexLock lock(mutex_);
    answers_[std::move(cursor)].push_back(std::move(answer));
  }
  // The next pull is answered when the test calls what TakeHeld gives.
  void HoldNext() {
    base::MutexLock lock(mutex_);
    hold_ = true;
  }
  struct HeldPull {
    adapter::Call call;
    std::function<void(adapter::PullAnswer)> done;
  };
  std::optional<HeldPull> TakeHeld() {
    base::MutexLock lock(mutex_);
    return std::exchange(held_, std::nullopt);
  }
  // What is answered to a report of this source id from now on; nothing said: it is taken.
  void AnswerStatus(std::string source_id, adapter::Outcome outcome) {
    base::MutexLock lock(mutex_);
    status_answers_[std::move(source_id)] = std::move(outcome);
  }
  // From now on every message with a report of this source id is refused whole.
  void RefuseMessagesWith(std::string source_id) {
    base::MutexLock lock(mutex_);
    poison_ = std::move(source_id);
  }
  // Reports that were sent, in order.
  std::vector<adapter::StatusReport> told() const {
    base::MutexLock lock(mutex_);
    return told_;
  }
  // Cursors that were asked with, in order.
  std::vector<std::string> asked() const {
    base::MutexLock lock(mutex_);
    return asked_;
  }

  const adapter::Manifest& Describe() const override { return manifest_; }
  void Prepare(const adapter::Call&, const v1::Skp&,
               std::function<void(adapter::PrepareAnswer)> done) override {
    done({});
  }
  std::vector<adapter::PlannedPart> Plan(const adapter::PlanInput&) const override { return {}; }
  void Deliver(const adapter::Call&, std::vector<adapter::Item>,
               std::function<void(std::vector<adapter::Outcome>)> done) override {
    done({});
  }
  void Lookup(const adapter::Call&, adapter::Item,
              std::function<void(adapter::LookupAnswer)> done) override {
    done({});
  }
  void Check(const adapter::Call&,
             std::function<void(std::vector<adapter::Finding>)> done) override {
    done({{.what = "page", .ok = true, .detail = "A page of changes was read."}});
  }
  void SendStatus(const adapter::Call&, std::vector<adapter::StatusReport> reports,
                  std::function<void(std::vector<adapter::Outcome>)> done) override {
    std::vector<adapter::Outcome> outcomes;
    {
      base::MutexLock lock(mutex_);
      for (const adapter::StatusReport& report : reports) {
        told_.push_back(report);
        const auto said = status_answers_.find(report.source_id);
        outcomes.push_back(said == status_answers_.end() ? adapter::Delivered("") : said->second);
      }
    }
    const bool poisoned = std::any_of(
        reports.begin(), reports.end(),
        [this](const adapter::StatusReport& report) { return report.source_id == Poison(); });
    const adapter::Outcome refused = adapter::Refused(v1::ERROR_REASON_TARGET_REFUSED);
    if (poisoned) outcomes.assign(reports.size(), refused);
    done(std::move(outcomes));
  }
  void Pull(const adapter::Call& call, std::string cursor, size_t,
            std::function<void(adapter::PullAnswer)> done) override {
    adapter::PullAnswer answer{.next_cursor = cursor};
    {
      base::MutexLock lock(mutex_);
      asked_.push_back(cursor);
      if (std::exchange(hold_, false)) {
        held_ = HeldPull{call, std::move(done)};
        return;
      }
      if (auto& waiting = answers_[cursor]; !waiting.empty()) {
        answer = std::move(waiting.front());
        waiting.pop_front();
      }
    }
    done(std::move(answer));
  }

 private:
  std::string Poison() const {
    base::MutexLock lock(mutex_);
    return poison_;
  }

  adapter::Manifest manifest_;
  mutable base::Mutex mutex_;
  std::map<std::string, std::deque<adapter::PullAnswer>> answers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, adapter::Outcome> status_answers_ ABSL_GUARDED_BY(mutex_);
  std::string poison_ ABSL_GUARDED_BY(mutex_);
  std::vector<adapter::StatusReport> told_ ABSL_GUARDED_BY(mutex_);
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<HeldPull> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::fakes

#endif  // KINERJA_TESTS_FAKES_FAKE_SOURCE_H_
