#include "gateway/schema/normalise.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/schema/check_table.h"
#include "gateway/schema/field_plan.h"
#include "gateway/schema/fold.h"
#include "gateway/schema/text_forms.h"
#include "gateway/schema/wire_reader.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace kinerja::schema {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

FieldAction OnEntry(const FieldDescriptor& field) {
  const v1::FieldRule& rule = RuleOf(field);
  if (rule.output_only()) return FieldAction::kClear;
  const bool digits = rule.format() == v1::FORMAT_NIP || rule.format() == v1::FORMAT_DIGITS;
  return digits ? FieldAction::kCleanDigits : FieldAction::kLeave;
}

FieldAction OnCompare(const FieldDescriptor& field) {
  const v1::FieldRule& rule = RuleOf(field);
  return rule.output_only() || rule.not_content() ? FieldAction::kClear : FieldAction::kLeave;
}

void CleanField(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  std::string scratch;
  const std::string& text = reflection.GetStringReference(message, &field, &scratch);
  if (!IsDigits(text)) reflection.SetString(&message, &field, CleanDigits(text));
}

void Apply(const FieldPlan& plan, Message& message) {
  const Reflection& reflection = *message.GetReflection();
  for (const FieldStep& step : plan.steps) {
    const FieldDescriptor* field = step.field;
    if (step.action == FieldAction::kClear) {
      reflection.ClearField(&message, field);
    } else if (step.action == FieldAction::kCleanDigits) {
      CleanField(message, *field);
    } else if (!step.repeated) {
      if (reflection.HasField(message, field)) {
        Apply(*step.child, *reflection.MutableMessage(&message, field));
      }
    } else {
      for (int i = reflection.FieldSize(message, field) - 1; i >= 0; --i) {
        Apply(*step.child, *reflection.MutableRepeatedMessage(&message, field, i));
      }
    }
  }
}

// Serialised bytes are scanned instead of the message: several times faster than reflection.
bool HasUnknownFields(std::string_view bytes, const MessageTable& table) {
  for (WireReader wire(bytes); !wire.AtEnd();) {
    const WireReader::Tag tag = wire.NextTag();
    const FieldTable* field = table.Find(tag);
    if (field == nullptr) return true;
    if (field->child == nullptr) {
      wire.Skip(tag);
    } else if (HasUnknownFields(wire.Bytes(), *field->child)) {
      return true;
    }
  }
  return false;
}

const MessageTable& TableOf(const google::protobuf::Descriptor& type) {
  static base::Mutex& mutex = *new base::Mutex;
  static CheckTables& tables = *new CheckTables;
  const base::MutexLock lock(mutex);
  return *tables.Compile(type);
}

// Derived keys. FNV-1a of 64 bits: tiny, public, and never to change, because stored keys came from
// it. It need not resist anybody: a collision inside one record only costs a counter.
constexpr std::string_view kDerived = "d-";

uint64_t Fnv1a(std::string_view bytes) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

const std::string& KeyOf(const v1::Rhk& element) { return element.rhk_id(); }
const std::string& KeyOf(const v1::Indikator& element) { return element.indikator_id(); }
const std::string& KeyOf(const v1::RencanaAksi& element) { return element.rencana_aksi_id(); }
const std::string& KeyOf(const v1::Keberatan& element) { return element.keberatan_id(); }

void SetKey(std::string key, v1::Rhk& element) { element.set_rhk_id(std::move(key)); }
void SetKey(std::string key, v1::Indikator& element) { element.set_indikator_id(std::move(key)); }
void SetKey(std::string key, v1::RencanaAksi& element) {
  element.set_rencana_aksi_id(std::move(key));
}
void SetKey(std::string key, v1::Keberatan& element) { element.set_keberatan_id(std::move(key)); }

// What tells one element from another, and does not change when others come or go.
std::string ContentOf(const v1::Rhk& rhk, std::string_view /*parent*/) {
  return absl::StrCat("rhk\x1f", rhk.klasifikasi(), "\x1f", Fold(rhk.uraian()));
}
std::string ContentOf(const v1::Indikator& indikator, std::string_view parent) {
  return absl::StrCat("indikator\x1f", std::string(parent), "\x1f", indikator.aspek(), "\x1f",
                      Fold(indikator.perspektif()), "\x1f", Fold(indikator.uraian()));
}
std::string ContentOf(const v1::RencanaAksi& aksi, std::string_view parent) {
  const v1::PeriodeBagian& periode = aksi.periode();
  return absl::StrCat("rencana_aksi\x1f", std::string(parent), "\x1f", periode.tahun(), "\x1f",
                      periode.jenis(), "\x1f", periode.urutan(), "\x1f", periode.mulai(), "\x1f",
                      Fold(aksi.uraian()));
}
std::string ContentOf(const v1::Keberatan& keberatan, std::string_view /*parent*/) {
  return absl::StrCat("keberatan\x1f", keberatan.diajukan().seconds(), "\x1f",
                      Fold(keberatan.alasan()));
}

template <typename Element>
struct Keyed {
  Element* element;
  std::string_view parent;  // key of the element around it
};

// True for `base` and `base` with a counter.
bool IsDerivedFrom(std::string_view key, std::string_view base) {
  if (!key.starts_with(base)) return false;
  key.remove_prefix(base.size());
  return key.empty() || (key.size() > 1 && key.front() == '-' && IsDigits(key.substr(1)));
}

// Gives each element without key one of its content, unique in the record because realisations name
// it without its parent; marks those that have such a key already.
template <typename Element>
void DeriveKeys(const std::vector<Keyed<Element>>& elements) {
  bool needed = false;
  for (const auto& [element, parent] : elements) {
    needed = needed || KeyOf(*element).empty() || KeyOf(*element).starts_with(kDerived);
  }
  if (!needed) return;

  std::unordered_set<std::string> taken;
  for (const auto& [element, parent] : elements) taken.insert(KeyOf(*element));
  std::unordered_map<std::string, int> counters;
  for (const auto& [element, parent] : elements) {
    const std::string& key = KeyOf(*element);
    if (!key.empty() && !key.starts_with(kDerived)) continue;
    const std::string base =
        absl::StrCat("d-", absl::Hex(Fnv1a(ContentOf(*element, parent)), absl::kZeroPad16));
    if (!key.empty()) {
      if (IsDerivedFrom(key, base)) element->set_id_turunan(true);
      continue;
    }
    int& counter = counters[base];
    std::string candidate;
    do {
      ++counter;
      candidate = counter == 1 ? base : absl::StrCat(base, "-", counter);
    } while (!taken.insert(candidate).second);
    SetKey(std::move(candidate), *element);
    element->set_id_turunan(true);
  }
}

void DeriveAllKeys(v1::Skp& skp) {
  std::vector<Keyed<v1::Rhk>> rhks;
  for (v1::Rhk& rhk : *skp.mutable_rhk()) rhks.push_back({&rhk, {}});
  DeriveKeys(rhks);

  std::vector<Keyed<v1::Indikator>> indikators;
  std::vector<Keyed<v1::RencanaAksi>> aksis;
  for (v1::Rhk& rhk : *skp.mutable_rhk()) {
    for (auto& indikator : *rhk.mutable_indikator())
      indikators.push_back({&indikator, rhk.rhk_id()});
    for (auto& aksi : *rhk.mutable_rencana_aksi()) aksis.push_back({&aksi, rhk.rhk_id()});
  }
  DeriveKeys(indikators);
  DeriveKeys(aksis);

  std::vector<Keyed<v1::Keberatan>> keberatans;
  for (auto& keberatan : *skp.mutable_keberatan()) keberatans.push_back({&keberatan, {}});
  DeriveKeys(keberatans);
}

}  // namespace

void Normalise(v1::Skp* skp) {
  static FieldPlanCache& plans = *new FieldPlanCache(OnEntry);
  Apply(plans.For(*v1::Skp::descriptor()), *skp);
  DeriveAllKeys(*skp);
}

void KeepContent(Message* message) {
  static FieldPlanCache& plans = *new FieldPlanCache(OnCompare);
  Apply(plans.For(*message->GetDescriptor()), *message);
}

std::string SerialiseDeterministic(const Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream coded(&sink);
    coded.SetSerializationDeterministic(true);
    message.SerializeWithCachedSizes(&coded);
  }
  if (HasUnknownFields(bytes, TableOf(*message.GetDescriptor()))) [[unlikely]] {
    const std::unique_ptr<Message> known(message.New());
    known->CopyFrom(message);
    known->DiscardUnknownFields();
    return SerialiseDeterministic(*known);
  }
  return bytes;
}

}  // namespace kinerja::schema
