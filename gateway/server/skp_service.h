// SkpService: the functions behind kinerja.v1.SkpService. Thin: a known caller and a parsed request
// come in from the method table and go on to ingest; no rule, no storage.
//
// Threading: safe for concurrent use. Ownership: ingest and reader outlive it, it outlives the
// table.
#ifndef KINERJA_GATEWAY_SERVER_SKP_SERVICE_H_
#define KINERJA_GATEWAY_SERVER_SKP_SERVICE_H_

#include "gateway/ingest/ingest.h"
#include "gateway/ingest/skp_reader.h"
#include "gateway/server/method_table.h"

namespace kinerja::server {

class SkpService {
 public:
  SkpService(ingest::Ingest* ingest, const ingest::SkpReader* reader)
      : ingest_(ingest), reader_(reader) {}

  // Puts every method of the service into the table.
  void Register(MethodTable* table);

  // Accepts one record; skp_service.proto says what is promised.
  void SubmitSkp(const base::CallContext& context, const security::Principal& principal,
                 v1::SubmitSkpRequest request, ingest::SubmitDone done);

 private:
  ingest::Ingest* const ingest_;
  const ingest::SkpReader* const reader_;
};

}  // namespace kinerja::server

#endif  // KINERJA_GATEWAY_SERVER_SKP_SERVICE_H_
