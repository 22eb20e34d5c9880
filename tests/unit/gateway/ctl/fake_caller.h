// A gateway for tests of kinerjactl: gives the answers it was told, in order, and remembers the
// questions. Safe for concurrent use.
//
//   caller.Answer<v1::ListSkpsResponse>({first_page, absl::UnavailableError("gone")});
//   EXPECT_THAT(caller.Asked<v1::ListSkpsRequest>(), SizeIs(2));
#ifndef KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_
#define KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_

#include <deque>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/ctl/caller.h"

namespace kinerja::ctl {

class FakeCaller : public Caller {
 public:
  // What the next calls of a kind are answered, instead of what was told before; the last answer is
  // given again and again. A kind without answers is answered UNIMPLEMENTED.
  template <typename Response>
  void Answer(std::initializer_list<absl::StatusOr<Response>> answers) {
    base::MutexLock lock(mutex_);
    std::deque<absl::StatusOr<std::string>>& kept = answers_[Response::descriptor()->full_name()];
    kept.clear();
    for (const auto& answer : answers) {
      kept.push_back(answer.ok() ? absl::StatusOr<std::string>(answer->SerializeAsString())
                                 : answer.status());
    }
  }

  // The questions of a kind since the begin or ForgetQuestions.
  template <typename Request>
  std::vector<Request> Asked() const {
    base::MutexLock lock(mutex_);
    std::vector<Request> asked;
    const auto found = asked_.find(MethodOf(*Request::descriptor()));
    if (found == asked_.end()) return asked;
    for (const std::string& bytes : found->second) asked.emplace_back().ParseFromString(bytes);
    return asked;
  }
  void ForgetQuestions() {
    base::MutexLock lock(mutex_);
    asked_.clear();
  }

  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response, absl::Time) override {
    base::MutexLock lock(mutex_);
    asked_[method].push_back(request.SerializeAsString());
    auto& answers = answers_[response->GetDescriptor()->full_name()];
    if (answers.empty()) return absl::UnimplementedError(method);
    const absl::StatusOr<std::string> answer = answers.front();
    if (answers.size() > 1) answers.pop_front();
    if (answer.ok()) response->ParseFromString(*answer);
    return answer.status();
  }

 private:
  mutable base::Mutex mutex_;
  std::map<std::string, std::deque<absl::StatusOr<std::string>>> answers_
      ABSL_GUARDED_BY(mutex_);  // by name of the answer
  std::map<std::string, std::vector<std::string>> asked_ ABSL_GUARDED_BY(mutex_);  // by method
};

}  // namespace kinerja::ctl

#endif  // KINERJA_TESTS_UNIT_GATEWAY_CTL_FAKE_CALLER_H_
