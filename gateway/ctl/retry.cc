#include "gateway/ctl/retry.h"

#include <algorithm>

#include "gateway/base/status.h"
#include "gateway/generate/random.h"
#include "google/protobuf/util/time_util.h"
#include "google/rpc/error_details.pb.h"

namespace kinerja::ctl {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(5);

absl::Duration AskedWait(const absl::Status& status) {
  google::rpc::RetryInfo info;
  if (!base::GetDetail(status, &info)) return absl::ZeroDuration();
  return absl::Milliseconds(
      google::protobuf::util::TimeUtil::DurationToMilliseconds(info.retry_delay()));
}

}  // namespace

absl::StatusOr<v1::SubmitSkpResponse> SubmitWithRetry(Caller* caller,
                                                      const v1::SubmitSkpRequest& request,
                                                      absl::Time deadline,
                                                      const RetryTools& tools) {
  const bool harmless = request.validate_only() || !request.request_id().empty();
  generate::Random random(tools.seed);
  absl::Duration wait = kFirstWait;
  while (true) {
    absl::StatusOr<v1::SubmitSkpResponse> answer =
        Ask<v1::SubmitSkpResponse>(caller, request, deadline);
    if (!absl::IsUnavailable(answer.status()) || !harmless) return answer;
    const absl::Duration jittered = wait * random.Between(50, 100) / 100;
    const absl::Duration pause = std::max(jittered, AskedWait(answer.status()));
    if (tools.clock->Now() + pause >= deadline) return answer;
    tools.sleep(pause);
    wait = std::min(wait * 2, kLongestWait);
  }
}

}  // namespace kinerja::ctl
