#include "gateway/store/delivery_codec.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "gateway/base/status.h"
#include "gtest/gtest.h"

namespace kinerja::store {
namespace {

// Something in every field that the codec carries, numbers at their limits.
DeliveryRow FullRow() {
  DeliveryRow row;
  row.reason = {std::numeric_limits<int32_t>::max(),
                {{"system", "bkn"}, {"", std::string(300, 'x')}}};
  row.parts.push_back({.key = "skp22/2025",
                       .kind = "skp22",
                       .state = DeliveryState::kCancelled,
                       .since = absl::FromUnixMicros(std::numeric_limits<int32_t>::min()),
                       .absent = true,
                       .effect = std::string("\0\xFF", 2),
                       .address = "the address of a",
                       .change = std::numeric_limits<ChangeNumber>::max(),
                       .revision = std::numeric_limits<uint64_t>::max(),
                       .reason = {7, {{"field", "pegawai.nip"}}},
                       .settling_since = absl::FromUnixMicros(1),
                       .looks = std::numeric_limits<uint32_t>::max(),
                       .retry_at = absl::FromUnixMicros(2)});
  row.parts.emplace_back();
  row.parts.back().since = absl::UnixEpoch();
  row.delivered_revision = 5;
  row.delivered_at = absl::FromUnixMicros(1'700'000'000'000'001);
  row.tries = std::numeric_limits<uint32_t>::max();
  row.attempts = 128;
  row.woken = true;
  row.waits = {"", "unor:a"};
  return row;
}

AttemptRow FullAttempt() {
  AttemptRow attempt;
  attempt.part = "skp22/2025";
  attempt.step = "deliver";
  attempt.outcome = "unknown";
  attempt.reason = {235, {{"system", "bkn"}}};
  attempt.took = absl::Microseconds(-3);  // a clock of a peer may say so
  attempt.peer_words = std::string("\0words", 6);
  attempt.revision = 9;
  return attempt;
}

void ExpectSame(const DeliveryRow& got, const DeliveryRow& want) {
  EXPECT_EQ(got.reason, want.reason);
  EXPECT_EQ(got.parts, want.parts);
  EXPECT_EQ(got.delivered_revision, want.delivered_revision);
  EXPECT_EQ(got.delivered_at, want.delivered_at);
  EXPECT_EQ(got.tries, want.tries);
  EXPECT_EQ(got.attempts, want.attempts);
  EXPECT_EQ(got.woken, want.woken);
  EXPECT_EQ(got.waits, want.waits);
}

void ExpectSame(const AttemptRow& got, const AttemptRow& want) {
  EXPECT_EQ(got.part, want.part);
  EXPECT_EQ(got.step, want.step);
  EXPECT_EQ(got.outcome, want.outcome);
  EXPECT_EQ(got.reason, want.reason);
  EXPECT_EQ(got.took, want.took);
  EXPECT_EQ(got.peer_words, want.peer_words);
  EXPECT_EQ(got.revision, want.revision);
}

void ExpectCorrupt(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_EQ(base::ReasonOf(status), "STORE_CORRUPT");
}

TEST(DeliveryCodecTest, ADeliveryComesBackAsItWas) {
  for (const DeliveryRow& want : {DeliveryRow(), FullRow()}) {
    DeliveryRow got;
    const absl::Status status = DecodeDeliveryRest(EncodeDeliveryRest(want), &got);
    ASSERT_TRUE(status.ok()) << status;
    ExpectSame(got, want);
  }
}

TEST(DeliveryCodecTest, AnAttemptComesBackAsItWas) {
  for (const AttemptRow& want : {AttemptRow(), FullAttempt()}) {
    AttemptRow got;
    const absl::Status status = DecodeAttempt(EncodeAttempt(want), &got);
    ASSERT_TRUE(status.ok()) << status;
    ExpectSame(got, want);
  }
}

// Stored rows are read by every later program: these bytes must be readable for ever.
TEST(DeliveryCodecTest, TheFirstVersionStaysReadable) {
  const std::string rest(
      "\x01"                            // version
      "\x07\x01\x01"                    // reason 7 with one place
      "f\x01v"                          //
      "\x01\x01k\x01y\x05\x0A\x01\x01"  // one part: key, kind, UNKNOWN, since, absent, effect …
      "e\x01"                           // … its address …
      "p\x03\x02\x00\x00\x0B\x04\x0F"   // … change, revision, no reason, settling_since, looks,
                                        // retry_at
      "\x09\x0C\x0D\x0E\x01"            // delivered revision and instant, tries, attempts, woken
      "\x01\x01w",                      // waits
      34);
  DeliveryRow got;
  const absl::Status status = DecodeDeliveryRest(rest, &got);
  ASSERT_TRUE(status.ok()) << status;
  DeliveryRow want;
  want.reason = {7, {{"f", "v"}}};
  want.parts.push_back({.key = "k",
                        .kind = "y",
                        .state = DeliveryState::kUnknown,
                        .since = absl::FromUnixMicros(10),
                        .absent = true,
                        .effect = "e",
                        .address = "p",
                        .change = 3,
                        .revision = 2,
                        .settling_since = absl::FromUnixMicros(11),
                        .looks = 4,
                        .retry_at = absl::FromUnixMicros(15)});
  want.delivered_revision = 9;
  want.delivered_at = absl::FromUnixMicros(12);
  want.tries = 13;
  want.attempts = 14;
  want.woken = true;
  want.waits = {"w"};
  ExpectSame(got, want);
}

TEST(DeliveryCodecTest, WhatIsCutOrTooLongIsDataLoss) {
  const std::string rest = EncodeDeliveryRest(FullRow());
  for (size_t size = 0; size < rest.size(); ++size) {
    DeliveryRow row;
    ExpectCorrupt(DecodeDeliveryRest(rest.substr(0, size), &row));
  }
  const std::string attempt = EncodeAttempt(FullAttempt());
  for (size_t size = 0; size < attempt.size(); ++size) {
    AttemptRow row;
    ExpectCorrupt(DecodeAttempt(attempt.substr(0, size), &row));
  }
  DeliveryRow row;
  ExpectCorrupt(DecodeDeliveryRest(rest + "x", &row));
  AttemptRow attempt_row;
  ExpectCorrupt(DecodeAttempt(attempt + "x", &attempt_row));
}

TEST(DeliveryCodecTest, AStateThatIsNoneIsDataLoss) {
  for (const int state : {0, 11, 255, 300}) {
    DeliveryRow row;
    row.parts.emplace_back();
    row.parts.back().since = absl::UnixEpoch();
    std::string rest = EncodeDeliveryRest(row);
    // version, no reason (2 bytes), one part, empty key, empty kind, state
    ASSERT_EQ(rest[6], 1);
    if (state < 128) {
      rest[6] = static_cast<char>(state);
    } else {
      rest.replace(6, 1, {static_cast<char>((state & 0x7F) | 0x80), static_cast<char>(state >> 7)});
    }
    SCOPED_TRACE(state);
    ExpectCorrupt(DecodeDeliveryRest(rest, &row));
  }
}

TEST(DeliveryCodecTest, AnyBytesAreRefusedOrReadNeverWorse) {
  std::mt19937 random(1);
  const std::string full = EncodeDeliveryRest(FullRow());
  const std::string attempt = EncodeAttempt(FullAttempt());
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = i % 3 == 0 ? std::string(random() % 60, '\0') : i % 3 == 1 ? full : attempt;
    if (i % 3 == 0) {
      for (char& byte : bytes) byte = static_cast<char>(random());
      if (!bytes.empty()) bytes[0] = 1;
    } else {
      for (int flips = 0; flips < 3; ++flips) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
    }
    DeliveryRow row;
    const absl::Status status = DecodeDeliveryRest(bytes, &row);
    if (!status.ok()) ExpectCorrupt(status);
    AttemptRow attempt_row;
    const absl::Status attempt_status = DecodeAttempt(bytes, &attempt_row);
    if (!attempt_status.ok()) ExpectCorrupt(attempt_status);
  }
}

}  // namespace
}  // namespace kinerja::store
