// The gRPC door: raw-byte methods of every service, handed to the method table. Raw, because a
// request that does not parse must get INVALID_ARGUMENT with a reason, not gRPC's UNIMPLEMENTED.
//
// Threading: methods run on gRPC's threads and never block. Ownership: the table outlives it, it
// outlives the server it is registered with.
#ifndef KINERJA_GATEWAY_SERVER_GRPC_DOOR_H_
#define KINERJA_GATEWAY_SERVER_GRPC_DOOR_H_

#include <memory>
#include <vector>

#include "gateway/server/method_table.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace kinerja::server {

// The services of the table's methods, to be registered with a grpc::ServerBuilder. The table is
// complete by then.
std::vector<std::unique_ptr<grpc::Service>> MakeGrpcServices(MethodTable* table);

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_GRPC_DOOR_H_
