#include "gateway/validate/decimal.h"

#include "gtest/gtest.h"

namespace kinerja::validate {
namespace {

TEST(DecimalTest, ReadsAndRoundsHalfUp) {
  EXPECT_EQ(Decimal::Parse("87.92")->Rounded(), "87.92");
  EXPECT_EQ(Decimal::Parse("0.005")->Rounded(), "0.01");
  EXPECT_EQ(Decimal::Parse("5.625")->Rounded(), "5.63");
  EXPECT_EQ(Decimal::Parse("2.0833")->Rounded(), "2.08");
  EXPECT_EQ(Decimal::Parse("-0.5")->Rounded(), "-0.50");
  EXPECT_EQ(Decimal::Parse("100")->Rounded(), "100.00");
  EXPECT_EQ(Decimal::Parse("999999999999999")->Rounded(), "999999999999999.00");
}

TEST(DecimalTest, RefusesOtherTexts) {
  for (const char* text : {"", "-", ".", "1.", ".5", "1,5", "1e3", " 1", "1 ", "+1", "1.2.3",
                           "0.1234567", "1000000000000000"}) {
    EXPECT_FALSE(Decimal::Parse(text)) << text;
  }
}

TEST(DecimalTest, CalculatesExactly) {
  const Decimal ten = *Decimal::Parse("10");
  const Decimal three = *Decimal::Parse("3");
  EXPECT_EQ((ten / three).Rounded(), "3.33");
  EXPECT_EQ((Decimal::Of(20) + Decimal::Of(10)).Rounded(), "0.30");
  EXPECT_EQ((Decimal() - ten / three).Rounded(), "-3.33");
  EXPECT_EQ((Decimal::Of(1'76) * *Decimal::Parse("12")).Rounded(), "21.12");
  // 0.1 + 0.2 is 0.3 here.
  EXPECT_EQ(*Decimal::Parse("0.1") + *Decimal::Parse("0.2"), *Decimal::Parse("0.3"));
}

TEST(DecimalTest, RoundsToWholeHalfUp) {
  EXPECT_EQ(Decimal::Parse("75.50")->RoundedToWhole(), 76);
  EXPECT_EQ(Decimal::Parse("75.499999")->RoundedToWhole(), 75);
  EXPECT_EQ(Decimal::Parse("90.49")->RoundedToWhole(), 90);
}

}  // namespace
}  // namespace kinerja::validate
