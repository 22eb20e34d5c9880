#include "gateway/ctl/caller.h"

#include "gtest/gtest.h"
#include "kinerja/v1/delivery_service.pb.h"
#include "kinerja/v1/skp_service.pb.h"
#include "kinerja/v1/target_service.pb.h"

namespace kinerja::ctl {
namespace {

TEST(MethodOfTest, FindsEveryMethodByItsRequest) {
  EXPECT_EQ(MethodOf(*v1::GetSkpRequest::descriptor()), "/kinerja.v1.SkpService/GetSkp");
  for (const auto* file :
       {v1::GetSkpRequest::descriptor()->file(), v1::GetJobRequest::descriptor()->file(),
        v1::GetTargetRequest::descriptor()->file()}) {
    ASSERT_EQ(file->service_count(), 1) << file->name();
    const auto* service = file->service(0);
    for (int i = 0; i < service->method_count(); ++i) {
      EXPECT_EQ(MethodOf(*service->method(i)->input_type()),
                "/" + service->full_name() + "/" + service->method(i)->name());
    }
  }
}

}  // namespace
}  // namespace kinerja::ctl
