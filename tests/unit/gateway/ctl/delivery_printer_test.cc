#include "gateway/ctl/delivery_printer.h"

#include <sstream>

#include "gtest/gtest.h"
#include "tests/support/matchers.h"

namespace kinerja::ctl {
namespace {

constexpr int64_t kNewYear = 1767225600;  // 2026-01-01T00:00:00Z

class DeliveryPrinterTest : public testing::Test {
 protected:
  DeliveryPrinter Make(bool json = false, Language language = Language::kEnglish) {
    return DeliveryPrinter(&out_, json, language);
  }

  static v1::Reason Unknown() {
    v1::Reason reason;
    reason.set_code(v1::ERROR_REASON_NIP_NOT_FOUND);
    reason.set_mender(v1::MENDER_OPERATOR_SEKOLAH);
    reason.set_description("BKN does not know it.");
    reason.set_keterangan("BKN belum mengenalnya.");
    (*reason.mutable_metadata())["system"] = "bkn";
    return reason;
  }

  // At bkn one of two parts is refused; at dinas nothing is sent; arsip is paused.
  static v1::ExplainSkpResponse Explanation() {
    v1::ExplainSkpResponse explanation;
    explanation.set_skp("instansi/9901/skp/0f3k2m9qw81az");
    explanation.set_revision(3);
    v1::Whereabouts* bkn = explanation.add_targets();
    bkn->set_target("bkn");
    bkn->set_target_nama("BKN SIASN");
    bkn->set_state(v1::DELIVERY_STATE_REFUSED);
    bkn->mutable_since()->set_seconds(kNewYear);
    *bkn->mutable_reason() = Unknown();
    bkn->set_mender(v1::MENDER_OPERATOR_SEKOLAH);
    bkn->set_next_step("Correct the NIP.");
    bkn->set_langkah_berikut("Perbaiki NIP.");
    bkn->set_target_hold("It is paused.");
    bkn->set_penahan_tujuan("Dijeda.");
    v1::DeliveryPart* done = bkn->add_parts();
    done->set_key("skp22/2025");
    done->set_state(v1::DELIVERY_STATE_DELIVERED);
    done->mutable_since()->set_seconds(kNewYear + 1);
    v1::DeliveryPart* refused = bkn->add_parts();
    refused->set_key("kinerja/1");
    refused->set_state(v1::DELIVERY_STATE_REFUSED);
    refused->mutable_since()->set_seconds(kNewYear);
    *refused->mutable_reason() = Unknown();
    v1::Whereabouts* dinas = explanation.add_targets();
    dinas->set_target("dinas");
    dinas->set_next_step("Nothing is to be done.");
    dinas->set_langkah_berikut("Tidak ada yang perlu dilakukan.");
    return explanation;
  }

  static v1::Delivery Refused() {
    v1::Delivery delivery;
    delivery.set_name("instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn");
    delivery.set_target("bkn");
    delivery.set_revision(3);
    delivery.set_state(v1::DELIVERY_STATE_REFUSED);
    delivery.mutable_since()->set_seconds(kNewYear);
    *delivery.mutable_reason() = Unknown();
    delivery.set_tries(2);
    return delivery;
  }

  static v1::DeliveryTarget Bkn() {
    v1::DeliveryTarget target;
    target.set_id("bkn");
    target.set_nama("BKN SIASN");
    target.set_adapter("bkn");
    target.add_part_kinds("skp22");
    target.add_part_kinds("angkakredit");
    target.set_open_now(true);
    target.set_breaker(v1::BREAKER_STATE_CLOSED);
    target.mutable_breaker_for();
    target.set_in_flight(3);
    target.set_max_in_flight(16);
    target.set_delivered(120);
    target.set_failed(4);
    return target;
  }

  std::ostringstream out_;
};

TEST_F(DeliveryPrinterTest, ExplainsEveryTargetWithItsPartsUnderIt) {
  Make().PrintExplanation(Explanation());
  EXPECT_EQ(
      out_.str(),
      "instansi/9901/skp/0f3k2m9qw81az  revision 3\n"
      "TARGET           STATE      SINCE                 REASON         WHO ACTS          WHY, AND "
      "WHAT HAPPENS NEXT\n"
      "bkn (BKN SIASN)  REFUSED    2026-01-01T00:00:00Z  NIP_NOT_FOUND  OPERATOR_SEKOLAH  BKN does "
      "not know it.\n"
      "                                                                                   Correct "
      "the NIP.\n"
      "                                                                                   It is "
      "paused.\n"
      "  skp22/2025     DELIVERED  2026-01-01T00:00:01Z\n"
      "  kinerja/1      REFUSED    2026-01-01T00:00:00Z  NIP_NOT_FOUND  OPERATOR_SEKOLAH  BKN does "
      "not know it.\n"
      "dinas            -                                                                 Nothing "
      "is to be done.\n");
}

TEST_F(DeliveryPrinterTest, ExplainsInIndonesianWithItsHeading) {
  v1::ExplainSkpResponse explanation = Explanation();
  explanation.mutable_targets()->DeleteSubrange(1, 1);
  explanation.mutable_targets(0)->clear_parts();
  Make(false, Language::kIndonesian).PrintExplanation(explanation);
  EXPECT_EQ(
      out_.str(),
      "instansi/9901/skp/0f3k2m9qw81az  revision 3\n"
      "TUJUAN           STATUS   SEJAK                 KODE           YANG BERTINDAK    SEBAB DAN "
      "LANGKAH BERIKUT\n"
      "bkn (BKN SIASN)  REFUSED  2026-01-01T00:00:00Z  NIP_NOT_FOUND  OPERATOR_SEKOLAH  BKN belum "
      "mengenalnya.\n"
      "                                                                                 Perbaiki "
      "NIP.\n"
      "                                                                                 Dijeda.\n");
}

TEST_F(DeliveryPrinterTest, ExplainsARecordThatWasKeptAside) {
  v1::ExplainSkpResponse explanation;
  v1::KeptAside* kept = explanation.mutable_kept_aside();
  kept->set_version(4);
  kept->mutable_since()->set_seconds(kNewYear);
  v1::Violation* violation = kept->add_violations();
  violation->set_field("pegawai.nip");
  violation->set_reason(v1::ERROR_REASON_NIP_FORMAT);
  violation->set_mender(v1::MENDER_OPERATOR_SEKOLAH);
  violation->set_description("Give 18 digits.");
  violation->set_keterangan("Harus 18 angka.");
  Make(false, Language::kIndonesian).PrintExplanation(explanation);
  EXPECT_EQ(out_.str(),
            "versi 4 disisihkan sejak 2026-01-01T00:00:00Z, belum dapat diterima:\n"
            "  FIELD        CODE        WHO MENDS IT      SENTENCE\n"
            "  pegawai.nip  NIP_FORMAT  OPERATOR_SEKOLAH  Harus 18 angka.\n");
  out_.str("");
  Make().PrintExplanation(explanation);
  EXPECT_EQ(out_.str(),
            "version 4 is kept aside since 2026-01-01T00:00:00Z, not accepted:\n"
            "  FIELD        CODE        WHO MENDS IT      SENTENCE\n"
            "  pegawai.nip  NIP_FORMAT  OPERATOR_SEKOLAH  Give 18 digits.\n");
}

TEST_F(DeliveryPrinterTest, ListsDeliveries) {
  google::protobuf::RepeatedPtrField<v1::Delivery> deliveries;
  *deliveries.Add() = Refused();
  v1::Delivery* waiting = deliveries.Add();
  waiting->set_name("instansi/9901/skp/0f3k2m9qw81az/deliveries/dinas");
  waiting->set_state(v1::DELIVERY_STATE_RETRYING);
  waiting->mutable_next_time()->set_seconds(kNewYear + 60);
  Make().PrintDeliveries(deliveries);
  EXPECT_EQ(out_.str(),
            "NAME                                              STATE     SINCE                 "
            "REASON         WHO MENDS IT      TRIES  GOES ON\n"
            "instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn    REFUSED   2026-01-01T00:00:00Z  "
            "NIP_NOT_FOUND  OPERATOR_SEKOLAH  2\n"
            "instansi/9901/skp/0f3k2m9qw81az/deliveries/dinas  RETRYING                        "
            "                                 0      2026-01-01T00:01:00Z\n");
}

TEST_F(DeliveryPrinterTest, EmptyListsPrintNothing) {
  Make().PrintDeliveries({});
  Make().PrintTargets({});
  EXPECT_EQ(out_.str(), "");
}

TEST_F(DeliveryPrinterTest, ShowsADeliveryWithPartsAndTries) {
  v1::Delivery delivery = Refused();
  delivery.set_delivered_revision(2);
  delivery.mutable_delivered_time()->set_seconds(kNewYear - 60);
  v1::DeliveryPart* part = delivery.add_parts();
  part->set_key("skp22/2025");
  part->set_state(v1::DELIVERY_STATE_PENDING);
  part->set_revision(3);
  part->set_absent(true);
  v1::DeliveryAttempt* attempt = delivery.add_attempts();
  attempt->set_number(7);
  attempt->mutable_time()->set_seconds(kNewYear);
  attempt->mutable_duration()->set_nanos(250'000'000);
  attempt->set_part("skp22/2025");
  attempt->set_step("deliver");
  attempt->set_outcome("refused");
  attempt->set_revision(3);
  *attempt->mutable_reason() = Unknown();
  attempt->set_peer_words("not found");
  Make().PrintDelivery(delivery);
  EXPECT_EQ(out_.str(),
            "name          instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn\n"
            "state         REFUSED\n"
            "since         2026-01-01T00:00:00Z\n"
            "reason        NIP_NOT_FOUND\n"
            "who mends it  OPERATOR_SEKOLAH\n"
            "why           BKN does not know it.\n"
            "goes on\n"
            "wanted        revision 3\n"
            "delivered     revision 2 at 2025-12-31T23:59:00Z\n"
            "tries         2\n"
            "\n"
            "PART        STATE    SINCE  WANTED              REASON  WHO MENDS IT  WHY\n"
            "skp22/2025  PENDING         absent, revision 3\n"
            "\n"
            "TRY  TIME                  TOOK    STEP     PART        REVISION  OUTCOME  REASON     "
            "    THE TARGET SAID\n"
            "7    2026-01-01T00:00:00Z  0.250s  deliver  skp22/2025  3         refused  "
            "NIP_NOT_FOUND  not found\n");
}

TEST_F(DeliveryPrinterTest, BothLanguagesStandUnderEachOther) {
  Make(false, Language::kBoth).PrintDelivery(Refused());
  EXPECT_THAT(out_.str(), testing::HasSubstr("why           BKN does not know it.\n"
                                             "              BKN belum mengenalnya.\n"));
}

TEST_F(DeliveryPrinterTest, ListsTargetsWithWhatHoldsThem) {
  google::protobuf::RepeatedPtrField<v1::DeliveryTarget> targets;
  *targets.Add() = Bkn();
  v1::DeliveryTarget* held = targets.Add();
  held->set_id("dinas");
  held->set_paused(true);
  held->mutable_paused_time()->set_seconds(kNewYear);
  held->mutable_opens_time()->set_seconds(kNewYear + 60);
  held->set_breaker(v1::BREAKER_STATE_OPEN);
  held->mutable_breaker_for()->set_seconds(30);
  held->set_max_in_flight(1);
  held->set_requests_per_second(5);
  Make().PrintTargets(targets);
  EXPECT_EQ(out_.str(),
            "ID     NAME       PAUSED                      SCHEDULE                           "
            "BREAKER       IN FLIGHT  QUOTA  DELIVERED  FAILED\n"
            "bkn    BKN SIASN  no                          open                               "
            "CLOSED        3 of 16    none   120        4\n"
            "dinas             since 2026-01-01T00:00:00Z  closed until 2026-01-01T00:01:00Z  "
            "OPEN for 30s  0 of 1     5/s    0          0\n");
}

TEST_F(DeliveryPrinterTest, ShowsATargetWithWhatItIsOwed) {
  v1::DeliveryTarget target = Bkn();
  v1::StateCount* count = target.add_counts();
  count->set_state(v1::DELIVERY_STATE_PENDING);
  count->set_count(12);
  Make().PrintTarget(target);
  EXPECT_EQ(out_.str(),
            "id         bkn\n"
            "name       BKN SIASN\n"
            "adapter    bkn\n"
            "takes      skp22, angkakredit\n"
            "paused     no\n"
            "schedule   open\n"
            "breaker    CLOSED\n"
            "in flight  3 of 16\n"
            "quota      none\n"
            "delivered  120\n"
            "failed     4\n"
            "\n"
            "STATE    DELIVERIES\n"
            "PENDING  12\n");
}

TEST_F(DeliveryPrinterTest, ShowsAJob) {
  v1::Job job;
  job.set_name("jobs/17");
  job.set_state(v1::JOB_STATE_RUNNING);
  job.set_total(500);
  job.set_done(120);
  job.mutable_created_time()->set_seconds(kNewYear);
  job.mutable_changed_time()->set_seconds(kNewYear + 1);
  Make().PrintJob(job);
  EXPECT_EQ(out_.str(),
            "JOB      STATE    DONE  TOTAL  CREATED               CHANGED\n"
            "jobs/17  RUNNING  120   500    2026-01-01T00:00:00Z  2026-01-01T00:00:01Z\n");
}

TEST_F(DeliveryPrinterTest, ShowsWhatACheckFound) {
  v1::CheckTargetResponse check;
  v1::CheckFinding* address = check.add_findings();
  address->set_what("address");
  address->set_ok(true);
  address->set_detail("It answers.");
  v1::CheckFinding* certificate = check.add_findings();
  certificate->set_what("certificate");
  certificate->set_detail("It has expired; ask for a new one.");
  Make().PrintCheck(check);
  EXPECT_EQ(out_.str(),
            "       EXAMINED     FOUND\n"
            "ok     address      It answers.\n"
            "FAULT  certificate  It has expired; ask for a new one.\n");
}

TEST_F(DeliveryPrinterTest, PreviewShowsCountAndSamples) {
  v1::RetryDeliveriesResponse retry;
  retry.set_count(1200);
  *retry.add_samples() = Refused();
  Make().PrintPreview(retry);
  EXPECT_EQ(out_.str(),
            "1200 deliveries to be tried again\n"
            "NAME                                            STATE    SINCE                 REASON"
            "         WHO MENDS IT      TRIES  GOES ON\n"
            "instansi/9901/skp/0f3k2m9qw81az/deliveries/bkn  REFUSED  2026-01-01T00:00:00Z  "
            "NIP_NOT_FOUND  OPERATOR_SEKOLAH  2\n");
  out_.str("");
  v1::CancelDeliveriesResponse cancel;
  cancel.set_count(1);
  Make().PrintPreview(cancel);
  EXPECT_EQ(out_.str(), "1 delivery to be called off\n");
  out_.str("");
  Make().PrintPreview(v1::BackfillTargetResponse());
  EXPECT_EQ(out_.str(), "0 records to be delivered\n");
}

TEST_F(DeliveryPrinterTest, JsonHasSchemaNamesAndBothLanguages) {
  v1::Whereabouts at;
  at.set_target("bkn");
  *at.mutable_reason() = Unknown();
  v1::ExplainSkpResponse explanation;
  *explanation.add_targets() = at;
  Make(true, Language::kIndonesian).PrintExplanation(explanation);
  EXPECT_EQ(out_.str(),
            "{\"targets\":[{\"target\":\"bkn\",\"reason\":{\"code\":\"ERROR_REASON_NIP_NOT_FOUND\","
            "\"mender\":\"MENDER_OPERATOR_SEKOLAH\",\"description\":\"BKN does not know it.\","
            "\"keterangan\":\"BKN belum mengenalnya.\",\"metadata\":{\"system\":\"bkn\"}}}]}\n");
}

TEST_F(DeliveryPrinterTest, JsonRowsAreOnePerLine) {
  google::protobuf::RepeatedPtrField<v1::DeliveryTarget> targets;
  targets.Add()->set_id("a");
  targets.Add()->set_id("b");
  Make(true).PrintTargets(targets);
  EXPECT_EQ(out_.str(), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
}

}  // namespace
}  // namespace kinerja::ctl
