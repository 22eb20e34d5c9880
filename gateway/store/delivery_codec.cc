#include "gateway/store/delivery_codec.h"

#include <utility>

#include "gateway/store/row_bytes.h"

namespace kinerja::store {
namespace {

constexpr char kVersion = 1;
constexpr DeliveryState kFirstState = DeliveryState::kPending;
constexpr DeliveryState kLastState = DeliveryState::kCancelled;

void PutTime(absl::Time time, RowWriter* out) { out->Signed(absl::ToUnixMicros(time)); }
absl::Time TakeTime(RowReader* in) { return absl::FromUnixMicros(in->Signed()); }

void PutReason(const DeliveryReason& reason, RowWriter* out) {
  out->Number(static_cast<uint32_t>(reason.code));
  out->Number(reason.metadata.size());
  for (const auto& [place, value] : reason.metadata) {
    out->Text(place);
    out->Text(value);
  }
}

DeliveryReason TakeReason(RowReader* in) {
  DeliveryReason reason;
  reason.code = in->Enum();
  reason.metadata.resize(in->Count());
  for (auto& [place, value] : reason.metadata) {
    place = in->Text();
    value = in->Text();
  }
  return reason;
}

void PutPart(const PartRow& part, RowWriter* out) {
  out->Text(part.key);
  out->Text(part.kind);
  out->Number(static_cast<uint8_t>(part.state));
  PutTime(part.since, out);
  out->Number(part.absent ? 1 : 0);
  out->Text(part.effect);
  out->Text(part.address);
  out->Number(part.change);
  out->Number(part.revision);
  PutReason(part.reason, out);
  PutTime(part.settling_since, out);
  out->Number(part.looks);
  PutTime(part.retry_at, out);
}

PartRow TakePart(RowReader* in) {
  PartRow part;
  part.key = in->Text();
  part.kind = in->Text();
  part.state = static_cast<DeliveryState>(
      in->Between(static_cast<uint8_t>(kFirstState), static_cast<uint8_t>(kLastState)));
  part.since = TakeTime(in);
  part.absent = in->Number() != 0;
  part.effect = in->Text();
  part.address = in->Text();
  part.change = in->Number();
  part.revision = in->Number();
  part.reason = TakeReason(in);
  part.settling_since = TakeTime(in);
  part.looks = in->Small();
  part.retry_at = TakeTime(in);
  return part;
}

}  // namespace

std::string EncodeDeliveryRest(const DeliveryRow& row) {
  RowWriter out(kVersion);
  PutReason(row.reason, &out);
  out.Number(row.parts.size());
  for (const PartRow& part : row.parts) PutPart(part, &out);
  out.Number(row.delivered_revision);
  PutTime(row.delivered_at, &out);
  out.Number(row.tries);
  out.Number(row.attempts);
  out.Number(row.woken ? 1 : 0);
  out.Number(row.waits.size());
  for (const std::string& key : row.waits) out.Text(key);
  return out.Take();
}

absl::Status DecodeDeliveryRest(std::string_view bytes, DeliveryRow* row) {
  RowReader in(kVersion, bytes);
  row->reason = TakeReason(&in);
  row->parts.resize(in.Count());
  for (PartRow& part : row->parts) part = TakePart(&in);
  row->delivered_revision = in.Number();
  row->delivered_at = TakeTime(&in);
  row->tries = in.Small();
  row->attempts = in.Small();
  row->woken = in.Number() != 0;
  row->waits.resize(in.Count());
  for (std::string& key : row->waits) key = in.Text();
  return in.Done() ? absl::OkStatus() : CorruptRow("a delivery");
}

std::string EncodeAttempt(const AttemptRow& attempt) {
  RowWriter out(kVersion);
  out.Text(attempt.part);
  out.Text(attempt.step);
  out.Text(attempt.outcome);
  PutReason(attempt.reason, &out);
  out.Signed(absl::ToInt64Microseconds(attempt.took));
  out.Text(attempt.peer_words);
  out.Number(attempt.revision);
  return out.Take();
}

absl::Status DecodeAttempt(std::string_view bytes, AttemptRow* attempt) {
  RowReader in(kVersion, bytes);
  attempt->part = in.Text();
  attempt->step = in.Text();
  attempt->outcome = in.Text();
  attempt->reason = TakeReason(&in);
  attempt->took = absl::Microseconds(in.Signed());
  attempt->peer_words = in.Text();
  attempt->revision = in.Number();
  return in.Done() ? absl::OkStatus() : CorruptRow("an attempt");
}

}  // namespace kinerja::store
