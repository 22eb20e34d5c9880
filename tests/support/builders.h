// Builders of valid records and reference data for tests. Everybody in them is invented; the NIPs
// are well formed and belong to nobody on purpose.
//
// A test takes a valid record and breaks the one thing it is about:
//
//   v1::Skp skp = support::MakeSkp();
//   skp.mutable_pegawai()->set_nip("199005012015132001");
//
// Threading: pure functions; safe for concurrent use.
#ifndef KINERJA_TESTS_SUPPORT_BUILDERS_H_
#define KINERJA_TESTS_SUPPORT_BUILDERS_H_

#include <memory>
#include <string_view>

#include "gateway/reference/reference.h"
#include "kinerja/v1/evaluasi.pb.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::support {

// The person of MakeSkp(), a PNS born 1990-05-01, and who rates her.
inline constexpr std::string_view kPegawaiNip = "199005012015042001";
inline constexpr std::string_view kPenilaiNip = "197003121995031002";
inline constexpr std::string_view kAtasanPenilaiNip = "196908251994032004";

// A record without any violation, warnings included, as its owner submits it: LENGKAP, the year
// 2025, DISETUJUI, form (b) KUANTITATIF, two RHK UTAMA and one TAMBAHAN, all seven values, with
// history DRAFT, DIAJUKAN, DISETUJUI. UNOR-CJ-0101, NPSN 69900001, instansi 9901; source bkd-9901.
v1::Skp MakeSkp();

// MakeSkp() carried on to DINILAI_TAHUNAN: evaluated on 2025-12-29, both ratings SESUAI, BAIK.
v1::Skp MakeEvaluatedSkp();

// A record with results only (HASIL_SAJA) of the same person: one yearly evaluation of 2025.
v1::Skp MakeResultsOnlySkp();

// A quarter's evaluation of `tahun`, both ratings SESUAI, BAIK, without date.
v1::Evaluasi MakeTriwulan(int tahun, int urutan);

// Moves the record to `status` and appends the step to its history, one minute after the last one.
// `oleh` is a NIP, `nik:` and 16 digits, `sistem` or empty.
void AppendStatus(v1::Skp* skp, v1::StatusSkp status, std::string_view oleh,
                  std::string_view catatan = "");

// Instansi 9901 (kabupaten), 9902 (another one) and 9900 (their province) with a few units each;
// UNOR-CJ-0909 is inactive. Shared by all callers, lives as long as somebody holds it.
std::shared_ptr<const reference::Snapshot> MakeReference();

}  // namespace kinerja::support

#endif  // KINERJA_TESTS_SUPPORT_BUILDERS_H_
