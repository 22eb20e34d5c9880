// The contract of gateway/adapter/adapter.h as tests that every adapter passes. TargetContractTest
// asks the adapter itself, TargetDeliveryContractTest lets the delivery engine ask it, and
// SourceContractTest is for sources.
//
// An adapter's own file says how to talk to its peer and instantiates what it is:
//
//   INSTANTIATE_TEST_SUITE_P(Bkn, TargetContractTest, testing::Values(TargetParam{
//       "Simulator", [] { return std::make_unique<BknTarget>(); }}), TargetParam::NameOf);
//
// Threading: one thread; an adapter answers on threads of its own.
#ifndef KINERJA_TESTS_CONTRACT_ADAPTER_CONTRACT_TEST_H_
#define KINERJA_TESTS_CONTRACT_ADAPTER_CONTRACT_TEST_H_

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/adapter/adapter.h"
#include "gtest/gtest.h"
#include "kinerja/v1/skp.pb.h"
#include "tests/integration/delivery_harness.h"

namespace kinerja::adapter {

// What ails the peer, until it is kNone again.
enum class Trouble : uint8_t {
  kNone,
  kOutage,      // it says that it is not well
  kNoAnswer,    // nothing happens there, and no answer comes
  kSilence,     // writes happen there, and no answer comes
  kRefuseNext,  // the next write is refused, with words that quote the record; then none
};

// A peer of its own for one test, and an adapter that talks to it.
class AdapterPeer {
 public:
  virtual ~AdapterPeer() = default;
  virtual Adapter& adapter() = 0;
  virtual void Suffer(Trouble trouble) = 0;
};

// Knows the person of support::MakeSkp(), and whoever has another NIP.
class TargetPeer : public AdapterPeer {
 public:
  virtual int effects() = 0;                    // that it holds now
  virtual int created() = 0;                    // how often a new one was made
  virtual std::vector<std::string> sent() = 0;  // bodies that came to it with an effect in mind
};

// Has more than four records to hand out.
class SourcePeer : public AdapterPeer {
 public:
  virtual size_t statuses() = 0;  // different ones that it was told
};

template <typename Peer>
struct PeerParam {
  std::string name;
  std::function<std::unique_ptr<Peer>()> make;

  static std::string NameOf(const testing::TestParamInfo<PeerParam>& test) {
    return test.param.name;
  }
  friend void PrintTo(const PeerParam& param, std::ostream* out) { *out << param.name; }
};
using TargetParam = PeerParam<TargetPeer>;
using SourceParam = PeerParam<SourcePeer>;

// Asks an adapter and waits. Counts how often each `done` is called.
class Caller {
 public:
  explicit Caller(Adapter* adapter) : adapter_(adapter) {}

  // The calls that follow are made with these.
  void set_timeout(absl::Duration timeout) { timeout_ = timeout; }
  void set_cancelled(bool cancelled) { cancelled_ = cancelled; }

  PrepareAnswer Prepare(const v1::Skp& skp);
  std::vector<PlannedPart> Plan(const v1::Skp& skp, std::string_view facts,
                                const std::vector<HeldPart>& held = {}) const;
  std::vector<PlannedPart> PrepareAndPlan(const v1::Skp& skp);
  std::vector<Outcome> Deliver(std::vector<Item> items);
  Outcome DeliverOne(const PlannedPart& part, const std::string& held_id = "");
  Outcome Remove(const PlannedPart& part, const std::string& held_id);
  LookupAnswer Lookup(const PlannedPart& part, const std::string& held_id = "");
  PullAnswer Pull(const std::string& cursor, size_t limit);
  ListAnswer List();
  std::vector<Outcome> SendStatus(std::vector<StatusReport> reports);
  std::vector<Finding> Check();

  // Whether each `done` was called exactly once; to be asked when the adapter is gone.
  bool EveryDoneCameOnce() const;

 private:
  template <typename Answer>
  Answer Await(const std::function<void(const Call&, std::function<void(Answer)>)>& ask);

  Adapter* const adapter_;
  absl::Duration timeout_ = absl::Seconds(20);
  bool cancelled_ = false;
  std::vector<std::shared_ptr<std::atomic<int>>> dones_;
};

// A yearly SKP with two quarters, all of them evaluated; of another person for each number.
v1::Skp EvaluatedYear(int person = 0);
// The same with other ratings, which make the same predikat.
v1::Skp WithOtherRatings(v1::Skp skp);
// One half of the year, with its two quarters and the evaluation at its end.
v1::Skp HalfOf(v1::Skp year, int half);
v1::Skp AtAnotherSchool(v1::Skp skp);

// Nothing in it names a person of the records above.
void ExpectNoIdentity(std::string_view text);
// The catalogue has both sentences of the code, and the metadata fills every place in them.
void ExpectWholeSentences(v1::ErrorReason reason, const schema::Metadata& metadata);
// What adapter.h says of an outcome: a code where there must be one, sentences, no identity.
void ExpectWhole(const Outcome& outcome);

// Calls methods, and says at the end whether each answered exactly once.
template <typename Peer>
class AdapterContractTest : public testing::TestWithParam<PeerParam<Peer>> {
 protected:
  AdapterContractTest() : peer_(this->GetParam().make()), caller_(&peer_->adapter()) {}
  ~AdapterContractTest() override {
    peer_.reset();
    EXPECT_TRUE(caller_.EveryDoneCameOnce());
  }

  std::unique_ptr<Peer> peer_;
  Caller caller_;
};

class TargetContractTest : public AdapterContractTest<TargetPeer> {};
class SourceContractTest : public AdapterContractTest<SourcePeer> {};

class TargetDeliveryContractTest : public delivery::DeliveryHarness,
                                   public testing::WithParamInterface<TargetParam> {
 protected:
  void SetUp() override;
  void TearDown() override;
  Adapter& target() override { return at_->adapter(); }

  std::unique_ptr<TargetPeer> at_;
};

}  // namespace kinerja::adapter

#endif  // KINERJA_TESTS_CONTRACT_ADAPTER_CONTRACT_TEST_H_
