#include "gateway/delivery/explain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::delivery {
namespace {

using store::DeliveryState;

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t nanos = absl::ToUnixNanos(time);
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(nanos / 1'000'000'000);
  stamp.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return stamp;
}

// As people read it: WIB, to the minute.
std::string ClockText(absl::Time time) {
  const absl::TimeZone wib = absl::FixedTimeZone(7 * 3600);
  return std::string(absl::FormatTime("%Y-%m-%d %H:%M WIB", time, wib));
}

struct Sentences {
  std::string en;
  std::string id;
};

// Whether the people who mend it do so where the record is written, so that a new version comes of
// it.
bool MendsAtTheSource(v1::Mender mender) {
  return mender != v1::MENDER_TARGET && mender != v1::MENDER_OPERATOR_GATEWAY;
}

Sentences RefusedStep(v1::Mender mender) {
  const std::string who = MenderWords(mender);
  const std::string siapa = MenderKata(mender);
  if (MendsAtTheSource(mender)) {
    return {
        absl::StrCat(who, " must mend it; the next version of the record is delivered by itself"),
        absl::StrCat("Mohon ", siapa, " memperbaikinya; versi SKP berikutnya dikirim otomatis.")};
  }
  return {absl::StrCat(who, " must act; then an operator repeats the delivery"),
          absl::StrCat("Mohon ", siapa,
                       " menindaklanjuti; setelah itu operator mengulang pengiriman.")};
}

Sentences RetryingStep(v1::Mender mender, const std::optional<absl::Time>& due) {
  // Without a time its turn has come, and waits for room at the target.
  const std::string when = due ? absl::StrCat("at ", ClockText(*due)) : "at its next turn";
  const std::string kapan =
      due ? absl::StrCat("pada ", ClockText(*due)) : "pada giliran berikutnya";
  if (mender == v1::MENDER_OPERATOR_GATEWAY) {
    return {absl::StrCat("the operator of the gateway must act; tried again ", when),
            absl::StrCat("Operator gateway perlu menindaklanjuti; dicoba lagi ", kapan, ".")};
  }
  return {absl::StrCat("tried again by itself ", when, "; nothing to do"),
          absl::StrCat("Dicoba lagi otomatis ", kapan, "; tidak perlu tindakan.")};
}

Sentences HeldStep(v1::Mender mender) {
  return {absl::StrCat("goes on by itself as soon as ", MenderWords(mender), " has done it"),
          absl::StrCat("Dilanjutkan otomatis setelah ", MenderKata(mender), " menyelesaikannya.")};
}

// What happens next in this state.
Sentences NextStep(const store::DeliveryRow& row, v1::Mender mender) {
  switch (row.state) {
    case DeliveryState::kPending:
      return {"delivered as soon as it is its turn; nothing to do",
              "Menunggu giliran kirim; tidak perlu tindakan."};
    case DeliveryState::kHeld:
      return HeldStep(mender);
    case DeliveryState::kInFlight:
      return {"being delivered now; nothing to do", "Sedang dikirim; tidak perlu tindakan."};
    case DeliveryState::kSent:
      return {"handed over; the target is asked for its confirmation; nothing to do",
              "Sudah diserahkan; menunggu konfirmasi sistem tujuan. Tidak perlu tindakan."};
    case DeliveryState::kUnknown:
      return {"the target is asked whether it has it before anything is repeated; nothing to do",
              "Sistem tujuan ditanya dahulu apakah data sudah masuk; tidak perlu tindakan."};
    case DeliveryState::kRetrying:
      return RetryingStep(mender, row.due);
    case DeliveryState::kDelivered:
      return row.absent ? Sentences{"removed there; nothing to do",
                                    "Sudah dihapus di sistem tujuan. Tidak perlu tindakan."}
                        : Sentences{"arrived; nothing to do",
                                    "Sudah sampai di sistem tujuan. Tidak perlu tindakan."};
    case DeliveryState::kRefused:
      return RefusedStep(mender);
    case DeliveryState::kSkipped:
      return {"not sent there, and nothing to do",
              "Tidak dikirim ke sistem ini dan tidak ada yang perlu dilakukan."};
    case DeliveryState::kCancelled:
      return {"called off by an operator; the next version of the record is delivered again",
              "Dibatalkan operator; versi SKP berikutnya tetap dikirim."};
  }
  return {};
}

// Whether the code only says that nothing is sent and nothing is to be mended.
bool IsNoMistake(const v1::ReasonInfo& facts) {
  return std::all_of(facts.severity().begin(), facts.severity().end(),
                     [](int severity) { return severity == v1::SEVERITY_DELIVERY_SKIPPED; });
}

// Who acts: only where somebody must.
v1::Mender Acts(const store::DeliveryRow& row, v1::Mender mender) {
  const bool somebody =
      row.state == DeliveryState::kRefused || row.state == DeliveryState::kHeld ||
      (row.state == DeliveryState::kRetrying && mender == v1::MENDER_OPERATOR_GATEWAY);
  return somebody ? mender : v1::MENDER_UNSPECIFIED;
}

// Whether something that holds the whole target matters to a delivery in this state.
bool WaitsForTarget(DeliveryState state) {
  return state == DeliveryState::kPending || state == DeliveryState::kRetrying ||
         state == DeliveryState::kUnknown || state == DeliveryState::kSent;
}

Sentences HoldSentences(const TargetHold& hold) {
  if (hold.paused) {
    return {"an operator has paused the target", "Pengiriman ke sistem ini dijeda oleh operator."};
  }
  if (hold.opens) {
    return {absl::StrCat("the target opens at ", ClockText(*hold.opens)),
            absl::StrCat("Sistem tujuan menerima data mulai ", ClockText(*hold.opens), ".")};
  }
  if (!hold.breaker_until) return {};
  const std::string when = ClockText(*hold.breaker_until);
  if (const std::optional<v1::Reason> trouble = ToProto(hold.trouble)) {
    return {absl::StrCat(trouble->description(), "; ", MenderWords(trouble->mender()),
                         " mends it; it is tried again at ", when),
            absl::StrCat(trouble->keterangan(), " Yang memperbaiki: ",
                         MenderKata(trouble->mender()), ". Dicoba lagi pada ", when, ".")};
  }
  return {absl::StrCat("the target does not answer; it is tried again at ", when),
          absl::StrCat("Sistem tujuan tidak menjawab; dicoba lagi pada ", when, ".")};
}

}  // namespace

std::string MenderWords(v1::Mender mender) {
  switch (mender) {
    case v1::MENDER_PEGAWAI:
      return "the civil servant";
    case v1::MENDER_PEJABAT_PENILAI:
      return "the rater";
    case v1::MENDER_OPERATOR_SEKOLAH:
      return "the operator of the school";
    case v1::MENDER_ADMIN_INSTANSI:
      return "the administrator of the instansi";
    case v1::MENDER_DINAS_PENDIDIKAN:
      return "the education office";
    case v1::MENDER_TARGET:
      return "the target's staff";
    default:
      return "the operator of the gateway";
  }
}

std::string MenderKata(v1::Mender mender) {
  switch (mender) {
    case v1::MENDER_PEGAWAI:
      return "pegawai yang bersangkutan";
    case v1::MENDER_PEJABAT_PENILAI:
      return "pejabat penilai";
    case v1::MENDER_OPERATOR_SEKOLAH:
      return "operator sekolah";
    case v1::MENDER_ADMIN_INSTANSI:
      return "admin instansi";
    case v1::MENDER_DINAS_PENDIDIKAN:
      return "dinas pendidikan";
    case v1::MENDER_TARGET:
      return "pengelola sistem tujuan";
    default:
      return "operator gateway";
  }
}

std::optional<v1::Reason> ToProto(const store::DeliveryReason& reason) {
  if (reason.code == 0 || !v1::ErrorReason_IsValid(reason.code)) return std::nullopt;
  const auto code = static_cast<v1::ErrorReason>(reason.code);
  const v1::ReasonInfo& facts = schema::ReasonFacts(code);
  v1::Reason out;
  out.set_code(code);
  if (!IsNoMistake(facts)) out.set_mender(facts.mender());
  out.set_description(schema::FillSentence(facts.en(), reason.metadata));
  out.set_keterangan(schema::FillSentence(facts.id(), reason.metadata));
  for (const auto& [place, value] : reason.metadata) (*out.mutable_metadata())[place] = value;
  return out;
}

v1::DeliveryPart ToProto(const store::PartRow& part) {
  v1::DeliveryPart out;
  out.set_key(part.key);
  out.set_kind(part.kind);
  out.set_state(static_cast<v1::DeliveryState>(part.state));
  *out.mutable_since() = ToTimestamp(part.since);
  if (auto reason = ToProto(part.reason)) *out.mutable_reason() = *std::move(reason);
  out.set_revision(part.revision);
  out.set_absent(part.absent);
  return out;
}

v1::DeliveryAttempt ToProto(const store::AttemptRow& attempt) {
  v1::DeliveryAttempt out;
  out.set_number(attempt.number);
  *out.mutable_time() = ToTimestamp(attempt.at);
  const int64_t nanos = absl::ToInt64Nanoseconds(attempt.took);
  out.mutable_duration()->set_seconds(nanos / 1'000'000'000);
  out.mutable_duration()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  out.set_part(attempt.part);
  out.set_step(attempt.step);
  out.set_outcome(attempt.outcome);
  if (auto reason = ToProto(attempt.reason)) *out.mutable_reason() = *std::move(reason);
  out.set_peer_words(attempt.peer_words);
  out.set_revision(attempt.revision);
  return out;
}

v1::Delivery ToProto(const store::DeliveryRow& row, bool with_parts) {
  v1::Delivery out;
  out.set_target(row.target);
  out.set_revision(row.revision);
  out.set_absent(row.absent);
  out.set_state(static_cast<v1::DeliveryState>(row.state));
  *out.mutable_since() = ToTimestamp(row.since);
  if (auto reason = ToProto(row.reason)) *out.mutable_reason() = *std::move(reason);
  if (row.due) *out.mutable_next_time() = ToTimestamp(*row.due);
  out.set_delivered_revision(row.delivered_revision);
  if (row.delivered_revision > 0) *out.mutable_delivered_time() = ToTimestamp(row.delivered_at);
  out.set_tries(row.tries);
  if (!with_parts) return out;
  for (const store::PartRow& part : row.parts) {
    if (!part.key.empty()) *out.add_parts() = ToProto(part);
  }
  return out;
}

v1::Whereabouts Explain(const store::DeliveryRow* row, bool selected, const TargetHold& hold) {
  v1::Whereabouts line;
  if (row == nullptr && !selected) {
    line.set_next_step("no route selects the record for this target; nothing to do");
    line.set_langkah_berikut("SKP ini tidak ditujukan ke sistem tersebut. Tidak perlu tindakan.");
    return line;
  }
  // Accepted a moment ago: its delivery follows from the change.
  const store::DeliveryRow about_to_be;
  const store::DeliveryRow& known = row == nullptr ? about_to_be : *row;
  line.set_state(static_cast<v1::DeliveryState>(known.state));
  if (row != nullptr) *line.mutable_since() = ToTimestamp(known.since);
  std::optional<v1::Reason> reason = ToProto(known.reason);
  const v1::Mender mender = reason ? reason->mender() : v1::MENDER_OPERATOR_GATEWAY;
  if (reason) *line.mutable_reason() = *std::move(reason);
  line.set_mender(Acts(known, mender));
  const Sentences next = NextStep(known, mender);
  line.set_next_step(next.en);
  line.set_langkah_berikut(next.id);
  if (known.due) *line.mutable_next_time() = ToTimestamp(*known.due);
  if (WaitsForTarget(known.state)) {
    const Sentences held = HoldSentences(hold);
    line.set_target_hold(held.en);
    line.set_penahan_tujuan(held.id);
  }
  for (const store::PartRow& part : known.parts) {
    if (!part.key.empty()) *line.add_parts() = ToProto(part);
  }
  return line;
}

}  // namespace kinerja::delivery
