// The envelopes of SIASN and of the gateway before it (bkn-siasn.md is the map of them: four of the
// service, three of the gateway).
//
// Threading: pure.
#ifndef KINERJA_TESTS_SIMULATORS_BKN_ANSWERS_H_
#define KINERJA_TESTS_SIMULATORS_BKN_ANSWERS_H_

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulators/base/http_message.h"
#include "tests/simulators/bkn/switches.h"

namespace kinerja::simulators::bkn {

// {"code":1,"data":<text>,"message":"success"}; `data` is JSON already.
Reply Found(std::string_view data);
// The same with the total of all rows.
Reply FoundOf(size_t count, std::string_view data);
// In the way the switch says.
Reply NotFound(const Switches& switches);

// {"success":true,"mapData":...,"message":"success"}
Reply Saved(const nlohmann::json& map_data);
// On HTTP 200: refused by a rule of the business.
Reply Refused(std::string_view message);
// "2 errors occurred:" and the fields that a body lacks, as Go's error list writes them.
Reply Required(const std::vector<std::string>& fields, const Switches& switches);
// A document was taken: {"code":1,"data":{...},"message":"File berhasil di upload"}
Reply Uploaded(const nlohmann::json& document);
// {"code":0,"data":null,"message":...}
Reply NotTaken(int status, std::string_view message);

// {"message":...}, as the service's framework answers before any handler.
Reply FrameworkError(int status, std::string_view message);
// The SSO token belongs to another application than the gateway's token.
Reply SsoMismatch();

// A fault of the gateway by its number ("900901", "303001", "101503", ...); an unknown number is
// answered as a runtime error. `shape`: as the switch gateway_errors.
Reply GatewayError(std::string_view code, std::string_view shape);
// 900804, with the instant from which calls are taken again, where one is given.
Reply Throttled(std::string_view code, std::chrono::milliseconds wait, bool with_time,
                std::string_view shape);

}  // namespace kinerja::simulators::bkn

#endif  // KINERJA_TESTS_SIMULATORS_BKN_ANSWERS_H_
