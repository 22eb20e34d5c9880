// A gateway for tests of kinerjactl: gives the answers it was told, in order, and remembers the
// questions. Safe for concurrent use.
#ifndef KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_
#define KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_

#include <deque>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/ctl/caller.h"

namespace kinerja::ctl {

class FakeCaller : public Caller {
 public:
  // What the next calls of a kind are answered; the last answer is given again and again.
  std::deque<absl::StatusOr<v1::SubmitSkpResponse>> submit_answers;
  std::deque<absl::StatusOr<v1::SubmitSkpResponse>> validate_answers;
  std::deque<absl::StatusOr<v1::ListSkpsResponse>> list_answers;
  absl::StatusOr<v1::GetSkpResponse> get_answer = absl::NotFoundError("no record");
  std::vector<v1::SubmitSkpRequest> submits;
  std::vector<v1::ListSkpsRequest> lists;

  absl::StatusOr<v1::SubmitSkpResponse> Submit(const v1::SubmitSkpRequest& request,
                                               absl::Time) override {
    base::MutexLock lock(mutex_);
    submits.push_back(request);
    return Take(request.validate_only() ? &validate_answers : &submit_answers);
  }
  absl::StatusOr<v1::GetSkpResponse> Get(const v1::GetSkpRequest&, absl::Time) override {
    return get_answer;
  }
  absl::StatusOr<v1::ListSkpsResponse> List(const v1::ListSkpsRequest& request,
                                            absl::Time) override {
    lists.push_back(request);
    return Take(&list_answers);
  }
  absl::StatusOr<v1::ListSkpRevisionsResponse> ListRevisions(const v1::ListSkpRevisionsRequest&,
                                                             absl::Time) override {
    return v1::ListSkpRevisionsResponse();
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(const v1::ListConflictsRequest&,
                                                          absl::Time) override {
    return v1::ListConflictsResponse();
  }

 private:
  template <typename Response>
  static absl::StatusOr<Response> Take(std::deque<absl::StatusOr<Response>>* answers) {
    absl::StatusOr<Response> answer = answers->front();
    if (answers->size() > 1) answers->pop_front();
    return answer;
  }

  base::Mutex mutex_;
};

}  // namespace kinerja::ctl

#endif  // KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_
