// Scores of the older regimes, recomputed (skp-model §1.1, §1.2). Received totals are evidence, not
// truth. Decimal arithmetic throughout. Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_VALIDATE_NILAI_LAMA_H_
#define KINERJA_GATEWAY_VALIDATE_NILAI_LAMA_H_

#include "gateway/validate/decimal.h"
#include "kinerja/v1/skp.pb.h"

namespace kinerja::validate {

// Which formula a record is recomputed with.
enum class FormulaLama { kNone, kPp46, kPp30 };

// By the last day of the period; kNone from 2022 on, and where the day cannot be read.
FormulaLama FormulaOf(const v1::Skp& skp);

// What can be recomputed from the record, two decimals; the rest stays empty. PP 46: rows, average
// and bonus, behaviour, total. PP 30: the total; its row formula is not known. A part that cannot
// be recomputed enters the next step as reported.
v1::AngkaNilaiLama Recompute(const v1::Skp& skp, FormulaLama formula);

// The word of a total (§1.1).
v1::SebutanLama SebutanOf(Decimal nilai_prestasi, FormulaLama formula);

}  // namespace kinerja::validate

#endif  // KINERJA_GATEWAY_VALIDATE_NILAI_LAMA_H_
