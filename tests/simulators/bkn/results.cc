#include "tests/simulators/bkn/results.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr size_t kMaxVersions = 8;
constexpr std::array<const char*, kKinds> kNames = {"skp22", "kinerjaperiodik", "angkakredit",
                                                    "dokumen"};

size_t Index(Kind kind) { return static_cast<size_t>(kind); }

std::string Now() {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::Now(), absl::UTCTimeZone());
}

// The row with its old id, documents and times, and whether anything else differs.
bool Merge(const std::string& old_text, bool keeps_path, json& row) {
  json old = ParseJson(old_text).value_or(json::object());
  if (keeps_path) row["path"] = old["path"];
  row["id"] = old["id"];
  row["created_at"] = old["created_at"];
  row["updated_at"] = old["updated_at"];
  const bool differs = row != old;
  row["updated_at"] = Now();
  return differs;
}

// Only angkakredit shows its times.
std::string Shown(Kind kind, const std::string& text) {
  if (kind == Kind::kAngkaKredit || text.empty()) return text;
  json row = ParseJson(text).value_or(json::object());
  row.erase("created_at");
  row.erase("updated_at");
  return Dump(row);
}

}  // namespace

void Results::Counts::Add(const Counts& other) {
  created += other.created;
  replaced += other.replaced;
  identical += other.identical;
  deleted += other.deleted;
  rows += other.rows;
}

json Results::Counts::AsJson() const {
  return {{"created", created},
          {"replaced", replaced},
          {"identical", identical},
          {"deleted", deleted},
          {"rows", rows}};
}

const std::string& Results::TextAt(const Held& held, Instant instant) {
  static const std::string kNotThere;
  for (auto version = held.versions.rbegin(); version != held.versions.rend(); ++version) {
    if (version->since <= instant) return version->text;
  }
  return kNotThere;
}

void Results::Change(Held& held, std::string text) {
  held.versions.push_back({steady_clock::now(), std::move(text)});
  if (held.versions.size() > kMaxVersions) held.versions.erase(held.versions.begin());
}

// Version 1 UUIDs, as new records of SIASN carry them.
std::string Results::NewId(Kind kind) {
  const uint64_t number = next_++;
  return absl::StrFormat("%08x-0000-11f0-a%03x-%012x", number * 2654435761u % 0x100000000u,
                         Index(kind) + 2, number);
}

const std::string* Results::FindNatural(const Save& save) {
  if (save.natural_key.empty()) return nullptr;
  for (const std::string& id : people_[save.person].ids[Index(save.kind)]) {
    const Held& held = rows_.at(id);
    if (held.natural_key == save.natural_key && !held.versions.back().text.empty()) return &id;
  }
  return nullptr;
}

void Results::Insert(Kind kind, const std::string& person, const std::string& id,
                     const std::string& natural_key, std::string text) {
  Held& held = rows_[id];
  held = {kind, person, natural_key, {}};
  Change(held, std::move(text));
  Owned& owned = people_[person];
  owned.ids[Index(kind)].push_back(id);
  ++owned.counts[Index(kind)].rows;
}

std::optional<std::string> Results::Apply(Save save) {
  const std::lock_guard lock(mutex_);
  auto& counts = people_[save.person].counts;
  std::string id = save.id;
  if (id.empty()) {
    if (const std::string* natural = FindNatural(save)) id = *natural;
  }
  if (id.empty()) {
    id = NewId(save.kind);
    save.row["id"] = id;
    save.row["created_at"] = save.row["updated_at"] = Now();
    ++counts[Index(save.kind)].created;
    Insert(save.kind, save.person, id, save.natural_key, Dump(save.row));
  } else if (!Replace(id, save, counts[Index(save.kind)])) {
    return std::nullopt;
  }
  counts[Index(Kind::kDokumen)].created += save.new_documents;
  return id;
}

bool Results::Replace(const std::string& id, Save& save, Counts& counts) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return false;
  Held& held = found->second;
  if (held.kind != save.kind || held.person != save.person) return false;
  if (held.versions.back().text.empty()) return false;
  ++counts.replaced;
  if (!Merge(held.versions.back().text, save.keeps_path, save.row)) ++counts.identical;
  held.natural_key = save.natural_key;
  Change(held, Dump(save.row));
  return true;
}

bool Results::Delete(Kind kind, const std::string& id, std::string& person) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || found->second.kind != kind ||
      found->second.versions.back().text.empty()) {
    return false;
  }
  person = found->second.person;
  Change(found->second, "");
  Counts& counts = people_[person].counts[Index(kind)];
  ++counts.deleted;
  --counts.rows;
  return true;
}

std::optional<std::string> Results::Attach(const std::string& row_id, const json& document) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(row_id);
  if (found == rows_.end() || found->second.versions.back().text.empty()) return std::nullopt;
  json row = ParseJson(found->second.versions.back().text).value_or(json::object());
  json& path = row["path"];
  if (!path.is_object()) path = json::object();
  Counts& counts = people_[found->second.person].counts[Index(Kind::kDokumen)];
  const std::string dok_id = TextOf(document, "dok_id");
  ++(path.contains(dok_id) ? counts.replaced : counts.created);
  path[dok_id] = document;
  Change(found->second, Dump(row));
  return found->second.person;
}

void Results::CountDocument() {
  const std::lock_guard lock(mutex_);
  ++people_[""].counts[Index(Kind::kDokumen)].created;
}

std::vector<std::string> Results::Rows(Kind kind, const std::string& person,
                                       Milliseconds age) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> texts;
  const auto owned = people_.find(person);
  if (owned == people_.end()) return texts;
  for (const std::string& id : owned->second.ids[Index(kind)]) {
    const std::string& text = TextAt(rows_.at(id), steady_clock::now() - age);
    if (!text.empty()) texts.push_back(Shown(kind, text));
  }
  return texts;
}

std::optional<std::string> Results::Row(Kind kind, const std::string& id, Milliseconds age,
                                        std::string& person) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(id);
  if (found == rows_.end() || found->second.kind != kind) return std::nullopt;
  const std::string& text = TextAt(found->second, steady_clock::now() - age);
  if (text.empty()) return std::nullopt;
  person = found->second.person;
  return Shown(kind, text);
}

void Results::Load(Kind kind, const std::string& person, const json& row) {
  const std::lock_guard lock(mutex_);
  const std::string natural_key = kind == Kind::kSkp22 ? TextOf(row, "tahun") : "";
  Insert(kind, person, TextOf(row, "id"), natural_key, Dump(row));
  rows_.at(TextOf(row, "id")).versions.back().since = {};  // as if it had always been there
}

json Results::CountsAsJson(const std::array<Counts, kKinds>& counts) {
  json object;
  for (size_t i = 0; i < kKinds; ++i) object[kNames[i]] = counts[i].AsJson();
  return object;
}

json Results::Effects(bool with_people, const std::string& person) const {
  std::array<Counts, kKinds> totals;
  std::vector<std::pair<std::string, std::array<Counts, kKinds>>> chosen;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, owned] : people_) {
      if (!person.empty() && id != person) continue;
      for (size_t i = 0; i < kKinds; ++i) totals[i].Add(owned.counts[i]);
      if (with_people) chosen.emplace_back(id, owned.counts);
    }
  }
  // Outside the lock: with many people this takes seconds, and saves must not wait for it.
  json people = json::object();
  for (const auto& [id, counts] : chosen) people[id] = CountsAsJson(counts);
  return {{"totals", CountsAsJson(totals)}, {"people", std::move(people)}};
}

}  // namespace kinerja::simulators::bkn
