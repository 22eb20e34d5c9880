#include "gateway/reference/reference.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/schema/fold.h"
#include "utf8proc.h"

namespace kinerja::reference {
namespace {

// One line of a table that has as many fields as the heading.
struct Row {
  size_t line;
  std::vector<std::string> fields;
};

// Collects the mistakes of one table.
class Mistakes {
 public:
  explicit Mistakes(const char* table) : table_(table) {}
  void Add(size_t line, const std::string& what) {
    all_.emplace_back(line, absl::StrCat(table_, " line ", line, ": ", what));
  }
  // In the order of the lines.
  void AppendTo(std::vector<std::string>* out) {
    std::stable_sort(all_.begin(), all_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [line, text] : all_) out->push_back(std::move(text));
  }

 private:
  const char* table_;
  std::vector<std::pair<size_t, std::string>> all_;
};

bool IsUtf8(const std::string& text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t code_point;
    const utf8proc_ssize_t taken = utf8proc_iterate(at, left, &code_point);
    if (taken <= 0) return false;
    at += taken;
    left -= taken;
  }
  return true;
}

bool AllOf(const std::string& text, bool (*kind)(unsigned char)) {
  return std::all_of(text.begin(), text.end(),
                     [kind](char c) { return kind(static_cast<unsigned char>(c)); });
}

bool IsCode(const std::string& text) {
  return text.size() == 4 && AllOf(text, absl::ascii_isdigit);
}

bool IsNpsn(const std::string& text) {
  return text.size() == 8 && AllOf(text, absl::ascii_isalnum);
}

// Kemendagri codes of a province ("99") or a kabupaten or kota ("99.01"); empty for pusat.
bool IsWilayah(const std::string& text) {
  if (text.empty()) return true;
  std::string digits = text;
  if (text.size() == 5 && text[2] == '.') digits.erase(2, 1);
  return (text.size() == 2 || text.size() == 5) && AllOf(digits, absl::ascii_isdigit);
}

// The rows of a table under exactly this heading. Lines that cannot be read are left out.
std::vector<Row> ReadRows(std::string_view text, const std::vector<std::string>& heading,
                          Mistakes* mistakes) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::vector<Row> rows;
  size_t line = 0;
  for (std::string content : std::vector<std::string>(
           absl::StrSplit(absl::string_view(text.data(), text.size()), '\n'))) {
    ++line;
    if (!content.empty() && content.back() == '\r') content.pop_back();
    if (line == 1) {
      if (content != absl::StrJoin(heading, "\t")) {
        mistakes->Add(line, "the heading is not " + absl::StrJoin(heading, ", "));
        return {};
      }
      continue;
    }
    if (content.empty()) continue;
    Row row{line, absl::StrSplit(content, '\t')};
    if (!IsUtf8(content)) {
      mistakes->Add(line, "not UTF-8");
    } else if (row.fields.size() != heading.size()) {
      mistakes->Add(line, absl::StrCat(row.fields.size(), " fields instead of ", heading.size()));
    } else {
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<v1::Instansi> ReadInstansi(std::string_view text, Mistakes* mistakes) {
  std::vector<v1::Instansi> all;
  std::unordered_set<std::string> seen;
  for (const Row& row :
       ReadRows(text, {"kode_bkn", "instansi_id", "nama", "jenis", "kode_wilayah"}, mistakes)) {
    v1::Instansi instansi;
    instansi.set_kode_bkn(row.fields[0]);
    instansi.set_instansi_id(row.fields[1]);
    instansi.set_nama(row.fields[2]);
    instansi.set_jenis(row.fields[3]);
    instansi.set_kode_wilayah(row.fields[4]);
    if (!IsCode(instansi.kode_bkn())) mistakes->Add(row.line, "kode_bkn is not four digits");
    if (!seen.insert(instansi.kode_bkn()).second) mistakes->Add(row.line, "kode_bkn occurs twice");
    if (instansi.nama().empty()) mistakes->Add(row.line, "nama is empty");
    if (instansi.jenis() != "P" && instansi.jenis() != "D") {
      mistakes->Add(row.line, "jenis is not P or D");
    }
    if (!IsWilayah(instansi.kode_wilayah())) {
      mistakes->Add(row.line, "kode_wilayah is not of the form 99 or 99.01");
    }
    all.push_back(std::move(instansi));
  }
  return all;
}

// A line of unor.tsv: a unit and the kind of the school that is paired with it, if any.
struct UnitRow {
  size_t line;
  v1::UnitOrganisasi unit;
  std::string bentuk;
};

void CheckUnit(const UnitRow& row, Mistakes* mistakes) {
  const v1::UnitOrganisasi& unit = row.unit;
  if (unit.unor_id().empty()) mistakes->Add(row.line, "id is empty");
  if (unit.nama().empty()) mistakes->Add(row.line, "nama is empty");
  if (unit.npsn().empty() != row.bentuk.empty()) {
    mistakes->Add(row.line, "npsn and bentuk belong together; one of them is empty");
  }
  if (!unit.npsn().empty() && !IsNpsn(unit.npsn())) {
    mistakes->Add(row.line, "npsn is not 8 letters or digits");
  }
}

std::vector<UnitRow> ReadUnits(std::string_view text, Mistakes* mistakes) {
  std::vector<UnitRow> all;
  for (const Row& row : ReadRows(
           text, {"id", "id_lokal", "nama", "induk_id", "kode_instansi", "npsn", "bentuk", "aktif"},
           mistakes)) {
    UnitRow unit{row.line, {}, row.fields[6]};
    unit.unit.set_unor_id(row.fields[0]);
    unit.unit.set_nama(row.fields[2]);
    unit.unit.set_induk_id(row.fields[3]);
    unit.unit.set_kode_instansi(row.fields[4]);
    unit.unit.set_npsn(row.fields[5]);
    unit.unit.set_aktif(row.fields[7] == "ya");
    if (row.fields[7] != "ya" && row.fields[7] != "tidak") {
      mistakes->Add(row.line, "aktif is not ya or tidak");
    }
    CheckUnit(unit, mistakes);
    all.push_back(std::move(unit));
  }
  return all;
}

// The unit above must be another unit of the same instansi.
void CheckParents(const std::vector<UnitRow>& rows, Mistakes* mistakes) {
  std::unordered_map<std::string_view, const v1::UnitOrganisasi*> by_id;
  for (const UnitRow& row : rows) by_id.emplace(row.unit.unor_id(), &row.unit);
  for (const UnitRow& row : rows) {
    const std::string& above = row.unit.induk_id();
    if (above.empty()) continue;
    const auto found = by_id.find(above);
    if (found == by_id.end() || above == row.unit.unor_id()) {
      mistakes->Add(row.line, "induk_id is no other unit of this table");
    } else if (found->second->kode_instansi() != row.unit.kode_instansi()) {
      mistakes->Add(row.line, "induk_id is a unit of another instansi");
    }
  }
}

// A newline stands in no code and in no folded name.
std::string NameKey(std::string_view kode_bkn, std::string_view nama) {
  std::string key(kode_bkn);
  key += '\n';
  key += schema::Fold(nama);
  return key;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Snapshot>> Snapshot::Parse(std::string_view instansi_tsv,
                                                                std::string_view unor_tsv) {
  Mistakes instansi_mistakes("instansi");
  Mistakes unit_mistakes("unor");
  auto snapshot = std::make_shared<Snapshot>();

  snapshot->instansi_ = ReadInstansi(instansi_tsv, &instansi_mistakes);
  for (size_t i = 0; i < snapshot->instansi_.size(); ++i) {
    snapshot->instansi_by_code_.emplace(snapshot->instansi_[i].kode_bkn(), i);
  }

  std::vector<UnitRow> rows = ReadUnits(unor_tsv, &unit_mistakes);
  for (const UnitRow& row : rows) {
    const v1::Instansi* owner = snapshot->FindInstansi(row.unit.kode_instansi());
    if (owner == nullptr) unit_mistakes.Add(row.line, "kode_instansi is not in table instansi");
    const size_t index = snapshot->units_.size();
    if (!snapshot->unit_by_id_.emplace(row.unit.unor_id(), index).second) {
      unit_mistakes.Add(row.line, "id occurs twice");
    }
    snapshot->unit_by_name_.emplace(NameKey(row.unit.kode_instansi(), row.unit.nama()), index);
    snapshot->units_.push_back(row.unit);
    if (row.unit.npsn().empty()) continue;
    if (!snapshot->school_by_npsn_.emplace(row.unit.npsn(), snapshot->schools_.size()).second) {
      unit_mistakes.Add(row.line, "npsn occurs twice");
    }
    v1::SatuanPendidikan& school = snapshot->schools_.emplace_back();
    school.set_npsn(row.unit.npsn());
    school.set_nama(row.unit.nama());
    school.set_unor_id(row.unit.unor_id());
    school.set_bentuk(row.bentuk);
    if (owner != nullptr) school.set_kode_wilayah(owner->kode_wilayah());
  }
  CheckParents(rows, &unit_mistakes);
  std::vector<std::string> all_mistakes;
  instansi_mistakes.AppendTo(&all_mistakes);
  unit_mistakes.AppendTo(&all_mistakes);
  if (!all_mistakes.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(all_mistakes, "\n"));
  }
  return snapshot;
}

const v1::Instansi* Snapshot::FindInstansi(std::string_view kode_bkn) const {
  const auto found = instansi_by_code_.find(std::string(kode_bkn));
  return found == instansi_by_code_.end() ? nullptr : &instansi_[found->second];
}

UnitResult Snapshot::FindUnit(std::string_view kode_bkn, const v1::UnorRef& ref) const {
  const v1::UnitOrganisasi* unit = nullptr;
  if (!ref.id().empty()) {
    const auto found = unit_by_id_.find(ref.id());
    if (found == unit_by_id_.end()) return {};
    unit = &units_[found->second];
    if (unit->kode_instansi() != kode_bkn) return {};
  } else {
    const auto [first, last] = unit_by_name_.equal_range(NameKey(kode_bkn, ref.nama()));
    if (first == last) return {};
    if (std::next(first) != last) return {UnitMatch::kAmbiguous, nullptr};
    unit = &units_[first->second];
  }
  return {unit->aktif() ? UnitMatch::kFound : UnitMatch::kInactive, unit};
}

const v1::SatuanPendidikan* Snapshot::FindSchool(std::string_view npsn) const {
  const auto found = school_by_npsn_.find(std::string(npsn));
  return found == school_by_npsn_.end() ? nullptr : &schools_[found->second];
}

v1::Rujukan Snapshot::Stamp(const v1::Skp& skp) const {
  v1::Rujukan stamp;
  const v1::Pegawai& pegawai = skp.pegawai();
  const std::string& kode_bkn = pegawai.instansi().kode_bkn();
  if (const v1::Instansi* owner = FindInstansi(kode_bkn)) {
    stamp.set_kode_wilayah(owner->kode_wilayah());
  }
  // A record with results only has no unit, but may have a school.
  std::string npsn = pegawai.npsn();
  if (const v1::UnitOrganisasi* unit = FindUnit(kode_bkn, pegawai.unor()).unit) {
    stamp.set_unor_id(unit->unor_id());
    npsn = unit->npsn();
  }
  if (const v1::SatuanPendidikan* school = FindSchool(npsn)) {
    stamp.set_npsn(school->npsn());
    stamp.set_bentuk(school->bentuk());
  }
  return stamp;
}

}  // namespace kinerja::reference
