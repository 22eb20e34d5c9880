// Calls over gRPC. The only file of ctl/ that includes gRPC's headers is grpc_caller.cc.
#ifndef KINERJA_GATEWAY_CTL_GRPC_CALLER_H_
#define KINERJA_GATEWAY_CTL_GRPC_CALLER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/ctl/caller.h"
#include "gateway/ctl/flags.h"

namespace kinerja::ctl {

// Reads certificates and token; connects at the first call. FILE_UNREADABLE: one of these files
// cannot be read. PERMISSION_DENIED: a token would go over plain text to another machine.
absl::StatusOr<std::unique_ptr<Caller>> ConnectGrpc(const Connection& connection);

}  // namespace kinerja::ctl

#endif  // KINERJA_GATEWAY_CTL_GRPC_CALLER_H_
