// DeliveryHarness: the delivery engine on a SQLite store on disk, with a target in this process.
// The store and the engine can be closed and opened again; the peer stays as it is.
//
// A test waits for a state, never for a time. At its end nothing may have happened at the peer that
// must never happen.
//
// Threading: one thread.
#ifndef KINERJA_TESTS_INTEGRATION_DELIVERY_HARNESS_H_
#define KINERJA_TESTS_INTEGRATION_DELIVERY_HARNESS_H_

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/delivery/dispatcher.h"
#include "gateway/store/store.h"
#include "gtest/gtest.h"
#include "kinerja/v1/evaluasi.pb.h"
#include "kinerja/v1/skp.pb.h"
#include "tests/fakes/fake_peer.h"

namespace kinerja::delivery {

class DeliveryHarness : public testing::Test {
 public:
  static constexpr char kTarget[] = "fake";

 protected:
  void SetUp() override;
  void TearDown() override;

  // Whom the engine delivers to: the fake, unless a suite brings another one.
  virtual adapter::Adapter& target() { return *adapter_; }

  virtual void Open();
  virtual void Close();

  // Stores a revision as ingest would; the first one gets an id. The record's name and revision are
  // stamped on it.
  store::SkpId Accept(v1::Skp skp, store::SkpId id = 0,
                      const std::vector<std::string>& targets = {kTarget});

  template <typename T>
  T Read(const std::function<T(const store::View&)>& read) {
    std::promise<T> promise;
    EXPECT_TRUE(store_->Read([&](const store::View& view) { promise.set_value(read(view)); }).ok());
    return promise.get_future().get();
  }
  void Write(store::Decide decide);

  store::DeliveryRow RowOf(store::SkpId skp);
  // Newest first.
  std::vector<store::AttemptRow> AttemptsOf(store::SkpId skp);

  // Waits until the delivery has come to rest in this state, with this revision delivered (0: any).
  void WaitFor(store::SkpId skp, store::DeliveryState state, uint64_t revision = 0);
  // Waits until it is so; false when that takes far too long.
  static bool WaitUntil(const std::function<bool()>& is_so);

  static v1::Skp Evaluated(v1::Predikat predikat = v1::PREDIKAT_BAIK);
  // The same of another person.
  static v1::Skp EvaluatedOf(int person, v1::Predikat predikat = v1::PREDIKAT_BAIK);
  static absl::StatusOr<v1::Skp> OpenBody(const store::SealedBody& body);

  std::string folder_;
  absl::Duration settle_time_ = absl::Milliseconds(50);
  uint32_t max_looks_ = 3;
  absl::Duration call_timeout_ = absl::Milliseconds(200);
  int opened_ = 0;
  fakes::FakePeer peer_;
  std::unique_ptr<fakes::FakeAdapter> adapter_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

}  // namespace kinerja::delivery

#endif  // KINERJA_TESTS_INTEGRATION_DELIVERY_HARNESS_H_
