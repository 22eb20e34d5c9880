// Period, regime and windows (skp-model §1, §4.2, §9.1).
#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "gateway/validate/days.h"
#include "gateway/validate/rules.h"

namespace kinerja::validate {
namespace {

constexpr std::array kRules = {
    Rule{"periode.skp/1", v1::ERROR_REASON_PERIODE_INVALID, "skp-model §11"},
    Rule{"periode.bagian/1", v1::ERROR_REASON_PERIODE_INVALID, "skp-model §4.2, §11"},
    Rule{"periode.regime/1", v1::ERROR_REASON_REGIME_MISMATCH, "skp-model §1"},
    Rule{"periode.standard/1", v1::ERROR_REASON_PERIODE_NOT_STANDARD, "skp-model §6.4"},
    Rule{"periode.late_perencanaan/1", v1::ERROR_REASON_WINDOW_LATE, "skp-model §9.1"},
    Rule{"periode.late_evaluasi/1", v1::ERROR_REASON_WINDOW_LATE, "skp-model §4.2"},
};
enum { kSkp, kBagian, kRegime, kStandard, kLatePerencanaan, kLateEvaluasi };

// PP 46 years began on the first working day (bkd-csv); from 2 to 7 January is the year all the
// same.
constexpr int kFirstWeek = 7;

using Day = std::optional<absl::CivilDay>;

bool BeginsInFirstWeek(const absl::CivilDay& mulai, const absl::CivilDay& first) {
  return first.month() == 1 && mulai > first && mulai < first + kFirstWeek &&
         mulai < *ParseDay(kFromPp30);
}

// Whether what can be read of a period contradicts itself.
bool Contradicts(int tahun, v1::JenisPeriode jenis, int urutan, const Day& mulai,
                 const Day& selesai) {
  if (mulai && selesai && *mulai > *selesai) return true;
  if (tahun != 0 && ((mulai && mulai->year() != tahun) || (selesai && selesai->year() != tahun))) {
    return true;
  }
  if (jenis == v1::JENIS_PERIODE_KHUSUS) return urutan != 0;
  const int largest = LargestOrdinal(jenis);
  if (largest == 0 || tahun == 0) return false;
  const std::optional<Days> days = DaysOf(tahun, jenis, urutan);
  if (!days) return true;
  if (selesai && *selesai != days->last) return true;
  return mulai && *mulai != days->first && !BeginsInFirstWeek(*mulai, days->first);
}

// First and last day of a part, where they can be known.
std::optional<Days> DaysOfPart(const v1::PeriodeBagian& bagian) {
  std::optional<Days> days = DaysOf(bagian.tahun(), bagian.jenis(), bagian.urutan());
  if (bagian.mulai().empty() && bagian.selesai().empty()) return days;
  const Day mulai = bagian.mulai().empty() && days ? days->first : ParseDay(bagian.mulai());
  const Day selesai = bagian.selesai().empty() && days ? days->last : ParseDay(bagian.selesai());
  if (!mulai || !selesai) return std::nullopt;
  return Days{*mulai, *selesai};
}

// A part contradicts itself, or lies wholly outside the period of the record. A part that only
// overlaps is right: the first quarter of a record that begins in February.
bool IsWrong(const v1::PeriodeBagian& bagian, const Record& record) {
  if (Contradicts(bagian.tahun(), bagian.jenis(), bagian.urutan(), ParseDay(bagian.mulai()),
                  ParseDay(bagian.selesai()))) {
    return true;
  }
  const std::optional<Days> days = DaysOfPart(bagian);
  if (!days || !record.mulai || !record.selesai) return false;
  return days->last < *record.mulai || days->first > *record.selesai;
}

void JudgeParts(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  const auto judge = [&](bool present, const v1::PeriodeBagian& bagian, auto&&... path) {
    if (present && IsWrong(bagian, record)) findings->Add(kRules[kBagian], absl::StrCat(path...));
  };
  for (int i = 0; i < skp.rhk_size(); ++i) {
    for (int j = 0; j < skp.rhk(i).rencana_aksi_size(); ++j) {
      const v1::RencanaAksi& aksi = skp.rhk(i).rencana_aksi(j);
      judge(aksi.has_periode(), aksi.periode(), "rhk[", i, "].rencana_aksi[", j, "].periode");
    }
  }
  for (int i = 0; i < skp.realisasi_size(); ++i) {
    const v1::Realisasi& realisasi = skp.realisasi(i);
    judge(realisasi.has_periode(), realisasi.periode(), "realisasi[", i, "].periode");
  }
  for (int i = 0; i < skp.umpan_balik_size(); ++i) {
    const v1::UmpanBalik& umpan_balik = skp.umpan_balik(i);
    judge(umpan_balik.has_periode(), umpan_balik.periode(), "umpan_balik[", i, "].periode");
  }
  for (int i = 0; i < skp.evaluasi_size(); ++i) {
    const v1::Evaluasi& evaluasi = skp.evaluasi(i);
    judge(evaluasi.has_periode(), evaluasi.periode(), "evaluasi[", i, "].periode");
  }
}

// The days a regime covers (skp-model §1); the lower edge of PP 46 is not enforced.
Days DaysOfRegime(v1::Regime regime) {
  switch (regime) {
    case v1::REGIME_PP46_2011:
      return {absl::CivilDay(1, 1, 1), *ParseDay(kLastOfPp46)};
    case v1::REGIME_PP30_2019:
      return {*ParseDay(kFromPp30), *ParseDay(kLastOfPp30)};
    default:
      return {*ParseDay(kFrom2022), absl::CivilDay(9999, 12, 31)};
  }
}

void JudgeRegime(const Record& record, Findings* findings) {
  const v1::Regime regime = record.skp.regime();
  if (regime == v1::REGIME_UNSPECIFIED || !v1::Regime_IsValid(regime)) return;
  const Days days = DaysOfRegime(regime);
  const auto outside = [&](const absl::CivilDay& day) {
    return day < days.first || day > days.last;
  };
  const int tahun = record.skp.periode().tahun();
  bool mismatch =
      (record.mulai && outside(*record.mulai)) || (record.selesai && outside(*record.selesai));
  if ((!record.mulai || !record.selesai) && tahun != 0) {
    // A date that cannot be read: the year must at least touch the regime.
    mismatch = mismatch || absl::CivilDay(tahun, 12, 31) < days.first ||
               absl::CivilDay(tahun, 1, 1) > days.last;
  }
  if (mismatch) {
    findings->Add(kRules[kRegime], "regime", {{"regime", Word(Regime_Name(regime), "REGIME_")}});
  }
}

// Whether two evaluations are for one ordinal of one kind; KHUSUS ones are told apart by their
// days.
bool SameOrdinal(const v1::Evaluasi& a, const v1::Evaluasi& b) {
  return a.jenis() == b.jenis() && a.periode().tahun() == b.periode().tahun() &&
         a.periode().jenis() == b.periode().jenis() &&
         a.periode().urutan() == b.periode().urutan() && a.periode().mulai() == b.periode().mulai();
}

// One kind of periodic evaluation in a record, BULAN or TRIWULAN, each ordinal once.
void JudgeStandard(const v1::Skp& skp, Findings* findings) {
  v1::JenisPeriode kind = v1::JENIS_PERIODE_UNSPECIFIED;
  for (int i = 0; i < skp.evaluasi_size(); ++i) {
    const v1::Evaluasi& evaluasi = skp.evaluasi(i);
    if (!evaluasi.has_periode()) continue;
    const v1::JenisPeriode jenis = evaluasi.periode().jenis();
    bool wrong = false;
    if (evaluasi.jenis() == v1::JENIS_EVALUASI_PERIODIK && jenis != v1::JENIS_PERIODE_UNSPECIFIED) {
      const bool standard = jenis == v1::JENIS_PERIODE_BULAN || jenis == v1::JENIS_PERIODE_TRIWULAN;
      if (standard && kind == v1::JENIS_PERIODE_UNSPECIFIED) kind = jenis;
      wrong = !standard || jenis != kind;
    }
    for (int j = 0; j < i && !wrong; ++j) wrong = SameOrdinal(skp.evaluasi(j), evaluasi);
    if (wrong) findings->Add(kRules[kStandard], absl::StrCat("evaluasi[", i, "].periode"));
  }
}

// The last day of the first configured window of that kind that is for this record.
Day LastDay(const Record& record, config::v1::WindowKind kind) {
  if (record.context.windows == nullptr || !record.mulai || !record.selesai) return std::nullopt;
  const std::string& owner = record.skp.pegawai().instansi().kode_bkn();
  for (const config::v1::Window& window : *record.context.windows) {
    if (window.kind() != kind) continue;
    if (window.instansi_size() != 0 && std::find(window.instansi().begin(), window.instansi().end(),
                                                 owner) == window.instansi().end()) {
      continue;
    }
    if (window.regime() != v1::REGIME_UNSPECIFIED && window.regime() != record.skp.regime()) {
      continue;
    }
    const Day first = ParseDay(window.periode_mulai());
    const Day last = ParseDay(window.periode_selesai());
    if (first && last && *record.mulai >= *first && *record.selesai <= *last) {
      return ParseDay(window.sampai());
    }
  }
  return std::nullopt;
}

void AddLate(const Rule& rule, std::string field, const absl::CivilDay& last, Findings* findings) {
  findings->Add(rule, std::move(field), {{"date", absl::FormatCivilTime(last)}});
}

void JudgeLateEvaluasi(const Record& record, Findings* findings) {
  const v1::Skp& skp = record.skp;
  if (skp.evaluasi_size() == 0) return;
  const Day periodik = LastDay(record, config::v1::WINDOW_KIND_PERIODIK);
  Day tahunan = LastDay(record, config::v1::WINDOW_KIND_TAHUNAN);
  if (!tahunan && record.selesai) tahunan = absl::CivilDay(record.selesai->year() + 1, 1, 31);
  for (int i = 0; i < skp.evaluasi_size(); ++i) {
    const Day& last = skp.evaluasi(i).jenis() == v1::JENIS_EVALUASI_TAHUNAN ? tahunan : periodik;
    const Day day = ParseDay(skp.evaluasi(i).tanggal());
    if (last && day && *day > *last) {
      AddLate(kRules[kLateEvaluasi], absl::StrCat("evaluasi[", i, "].tanggal"), *last, findings);
    }
  }
}

// The day of an instant in the zone that the source names; UTC where it names none.
absl::CivilDay DayOf(const google::protobuf::Timestamp& waktu, const std::string& zona) {
  const int hours = zona == "WIB" ? 7 : zona == "WITA" ? 8 : zona == "WIT" ? 9 : 0;
  return absl::ToCivilDay(absl::FromUnixSeconds(waktu.seconds()) + absl::Hours(hours),
                          absl::UTCTimeZone());
}

// Planning is in time when the record was first sent to the rater in time; later returns do not
// count.
void JudgeLatePerencanaan(const Record& record, Findings* findings) {
  if (record.context.windows == nullptr || record.results_only) return;
  const Day last = LastDay(record, config::v1::WINDOW_KIND_PERENCANAAN);
  if (!last) return;
  const v1::Skp& skp = record.skp;
  for (int i = 0; i < skp.riwayat_status_size(); ++i) {
    const v1::RiwayatStatus& step = skp.riwayat_status(i);
    const bool planned =
        step.status() >= v1::STATUS_SKP_DIAJUKAN && step.status() <= v1::STATUS_SKP_FINAL;
    if (!planned) continue;
    const absl::CivilDay day =
        step.has_waktu() ? DayOf(step.waktu(), skp.provenance().zona()) : record.context.today;
    if (day > *last) {
      AddLate(kRules[kLatePerencanaan], absl::StrCat("riwayat_status[", i, "]"), *last, findings);
    }
    return;
  }
}

}  // namespace

void JudgePeriode(const Record& record, Findings* findings) {
  const v1::Periode& periode = record.skp.periode();
  if (Contradicts(periode.tahun(), periode.jenis(), periode.urutan(), record.mulai,
                  record.selesai)) {
    findings->Add(kRules[kSkp], "periode");
  }
  JudgeParts(record, findings);
  JudgeRegime(record, findings);
  JudgeStandard(record.skp, findings);
  JudgeLatePerencanaan(record, findings);
  JudgeLateEvaluasi(record, findings);
}

std::span<const Rule> PeriodeRules() { return kRules; }

}  // namespace kinerja::validate
