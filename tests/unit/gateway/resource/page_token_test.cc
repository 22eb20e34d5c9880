#include "gateway/resource/page_token.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "kinerja/v1/skp_service.pb.h"
#include "tests/support/matchers.h"

namespace kinerja::resource {
namespace {

using support::HasReason;
using support::IsOk;
using support::StatusIs;

v1::ListSkpsRequest Query() {
  v1::ListSkpsRequest request;
  request.set_parent("instansi/9901");
  request.add_status(v1::STATUS_SKP_FINAL);
  request.set_nip("199005012015042001");
  return request;
}

TEST(PageTokenTest, GivesThePositionBack) {
  for (const uint64_t position : {uint64_t{1}, uint64_t{300}, UINT64_MAX}) {
    v1::ListSkpsRequest request = Query();
    request.set_page_token(MakePageToken(request, position));
    const absl::StatusOr<uint64_t> read = ReadPageToken(request);
    ASSERT_THAT(read, IsOk());
    EXPECT_EQ(*read, position);
  }
}

TEST(PageTokenTest, BeginsWithoutOne) {
  EXPECT_EQ(*ReadPageToken(Query()), 0U);
  EXPECT_EQ(*ReadPageToken(v1::ListConflictsRequest()), 0U);
}

TEST(PageTokenTest, AllowsAnotherPageSize) {
  v1::ListSkpsRequest request = Query();
  request.set_page_token(MakePageToken(request, 7));
  request.set_page_size(99);
  EXPECT_EQ(*ReadPageToken(request), 7U);
}

TEST(PageTokenTest, SaysNothingOfTheQuery) {
  EXPECT_EQ(MakePageToken(Query(), 7).find("199005012015042001"), std::string::npos);
}

TEST(PageTokenTest, RefusesAnotherQueryOrMethod) {
  const std::string token = MakePageToken(Query(), 7);
  v1::ListSkpsRequest other = Query();
  other.add_status(v1::STATUS_SKP_DRAFT);
  other.set_page_token(token);
  EXPECT_THAT(ReadPageToken(other), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadPageToken(other), HasReason("PAGE_TOKEN_INVALID"));
  v1::ListConflictsRequest empty;
  v1::ListSkpRevisionsRequest other_method;
  other_method.set_page_token(MakePageToken(empty, 7));
  EXPECT_THAT(ReadPageToken(other_method), HasReason("PAGE_TOKEN_INVALID"));
}

TEST(PageTokenTest, RefusesWhatIsNotOurs) {
  const std::string token = MakePageToken(Query(), 7);
  for (const std::string& foreign :
       {std::string("1"), std::string("AAAA"), token + "A", token + "=", " " + token,
        token.substr(1), token.substr(0, token.size() - 1), std::string(10'000, 'A'),
        std::string("\0\xff", 2)}) {
    v1::ListSkpsRequest request = Query();
    request.set_page_token(foreign);
    EXPECT_THAT(ReadPageToken(request), HasReason("PAGE_TOKEN_INVALID")) << foreign.size();
  }
}

TEST(PageSizeTest, HasADefaultAndAnEnd) {
  struct Case {
    int32_t wanted;
    size_t served;
  };
  for (const Case& c :
       {Case{0, 50}, Case{1, 1}, Case{500, 500}, Case{501, 500}, Case{INT32_MAX, 500}}) {
    EXPECT_EQ(*PageSize(c.wanted), c.served) << c.wanted;
  }
  for (const int32_t wanted : {-1, INT32_MIN}) {
    EXPECT_THAT(PageSize(wanted), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(PageSize(wanted), HasReason("REQUEST_INVALID"));
  }
}

}  // namespace
}  // namespace kinerja::resource
