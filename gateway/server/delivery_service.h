// DeliveryService and TargetService as entries of the method table: thin, no rule.
// Threading: safe for concurrent use. Ownership: reader and operations outlive them.
#ifndef KINERJA_GATEWAY_SERVER_DELIVERY_SERVICE_H_
#define KINERJA_GATEWAY_SERVER_DELIVERY_SERVICE_H_

#include "gateway/delivery/delivery_reader.h"
#include "gateway/delivery/operations.h"
#include "gateway/server/method_table.h"

namespace kinerja::server {

class DeliveryService {
 public:
  DeliveryService(const delivery::DeliveryReader* reader, delivery::Operations* operations)
      : reader_(reader), operations_(operations) {}

  // Puts every method of both services into the table.
  void Register(MethodTable* table);

 private:
  void RegisterReads(MethodTable* table);
  void RegisterJobs(MethodTable* table);
  void RegisterTargets(MethodTable* table);

  const delivery::DeliveryReader* const reader_;
  delivery::Operations* const operations_;
};

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_DELIVERY_SERVICE_H_
