// A save body beside a row of SIASN's history: is it the same effect, does it hold the same. The
// two name most values differently (bkn-siasn §5.3). Pure; safe for concurrent use.
#ifndef KINERJA_ADAPTERS_BKN_BKN_ROWS_H_
#define KINERJA_ADAPTERS_BKN_BKN_ROWS_H_

#include <optional>
#include <string>
#include <string_view>

#include "adapters/bkn/siasn_json.h"

namespace kinerja::adapters::bkn {

// The body of a planned part with the id of the row it replaces. An angkakredit also keeps that
// row's number, date and post, because the record has none: `row` is the row as SIASN shows it, or
// null.
std::string BodyForUpdate(std::string_view kind, std::string_view body, std::string_view target_id,
                          const Json* row);

// Whether a row of SIASN's history is the effect of this body: the year, or the months.
bool IsSameEffect(std::string_view kind, const Json& body, const Json& row);
// False for a row that does not say which effect it is: it may be the one that is looked for.
bool IsReadable(std::string_view kind, const Json& row);
// Whether the row holds what the body says: ratings, quadrant and assessor, or credit; and the
// document, where the body has one. Texts are
// compared without regard to capitals and blanks; what the body leaves empty is not compared.
bool HoldsContent(std::string_view kind, const Json& body, const Json& row);
// The quadrant of a row that holds both ratings of the body and not its quadrant; nothing for any
// other row.
std::optional<int> OtherQuadrant(const Json& body, const Json& row);

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_BKN_ROWS_H_
