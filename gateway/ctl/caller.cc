#include "gateway/ctl/caller.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::ctl {

std::string MethodOf(const google::protobuf::Descriptor& request) {
  const google::protobuf::ServiceDescriptor* service = request.file()->service(0);
  return absl::StrCat("/", service->full_name(), "/", absl::StripSuffix(request.name(), "Request"));
}

}  // namespace kinerja::ctl
