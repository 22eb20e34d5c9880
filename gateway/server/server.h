// Server: the gRPC server around the method table: listeners, TLS, reflection, health, ordered
// stop.
//
// Threading: one thread owns it; the calls run on gRPC's own threads.
// Ownership: the table outlives it.
#ifndef KINERJA_GATEWAY_SERVER_SERVER_H_
#define KINERJA_GATEWAY_SERVER_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/server/method_table.h"
#include "google/protobuf/repeated_field.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::server {

class Server {
 public:
  // Starts to serve on every listener. FAILED_PRECONDITION when an address is taken or a
  // certificate cannot be used, with a sentence that says which.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      MethodTable* table, const google::protobuf::RepeatedPtrField<config::v1::Listener>& listeners,
      size_t max_message_bytes);
  ~Server();

  // host:port of each listener, with the port that was given.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // Health as others see it: SERVING or NOT_SERVING.
  void SetServing(bool serving);

  // Takes no new calls, waits until those under way are answered or `grace` has passed.
  void Stop(absl::Duration grace);

 private:
  struct Grpc;
  explicit Server(std::unique_ptr<Grpc> grpc);

  std::unique_ptr<Grpc> grpc_;
  std::vector<std::string> addresses_;
};

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_SERVER_H_
