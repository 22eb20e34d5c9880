// The only converter from absl::Status to a gRPC status: packs the payloads into google.rpc.Status
// and sees to it that the Indonesian sentence is there and all details together stay under 6 KiB.
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SERVER_GRPC_STATUS_H_
#define KINERJA_GATEWAY_SERVER_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace kinerja::server {

grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_GRPC_STATUS_H_
