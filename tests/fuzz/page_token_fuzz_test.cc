// Any bytes as a page token: refused with one reason, or exactly the token that we would give for
// the position it names. The first byte chooses the query that it is sent with.
#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway/base/check.h"
#include "gateway/resource/page_token.h"
#include "gateway/schema/catalogue.h"
#include "kinerja/v1/skp_service.pb.h"

namespace {

template <typename Request>
void Read(const std::string& token, Request request) {
  request.set_page_token(token);
  const absl::StatusOr<uint64_t> position = kinerja::resource::ReadPageToken(request);
  if (!position.ok()) {
    KJ_CHECK(kinerja::schema::ReasonOf(position.status()) ==
             kinerja::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
    return;
  }
  // One token for one position: nothing that we did not give is taken.
  if (token.empty()) {
    KJ_CHECK(*position == 0);
  } else {
    KJ_CHECK(kinerja::resource::MakePageToken(request, *position) == token);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string token(data + 1, data + size);
  switch (data[0] % 3) {
    case 0: {
      kinerja::v1::ListSkpsRequest request;
      request.set_parent("instansi/9901");
      Read(token, request);
      break;
    }
    case 1: {
      kinerja::v1::ListSkpRevisionsRequest request;
      request.set_name("instansi/9901/skp/0123456789abc");
      Read(token, request);
      break;
    }
    default: {
      kinerja::v1::ListConflictsRequest request;
      request.set_parent("instansi/-");
      Read(token, request);
    }
  }
  return 0;
}
