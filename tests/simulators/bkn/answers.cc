#include "tests/simulators/bkn/answers.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/simulators/base/absl_view.h"
#include "tests/simulators/base/json_text.h"

namespace kinerja::simulators::bkn {
namespace {

using nlohmann::json;

Reply JsonReply(int status, const json& body) { return {.status = status, .body = Dump(body)}; }

struct GatewayFault {
  std::string_view code;
  int status;
  bool is_runtime;  // of the part that talks to the service, not of the part that lets callers in
  std::string_view message;
  std::string_view description;
};

constexpr GatewayFault kGatewayFaults[] = {
    {"900901", 401, false, "Invalid Credentials",
     "Access failure for API: /apisiasn/1.0, version: 1.0 status: (900901) - Invalid Credentials. "
     "Make sure you have provided the correct security credentials"},
    {"900902", 401, false, "Missing Credentials", "Required OAuth credentials not provided"},
    {"900908", 403, false, "Resource forbidden",
     "User is NOT authorized to access the Resource. API Subscription validation failed."},
    {"404", 404, true, "Runtime Error", "No matching resource found for given API Request"},
    {"405", 405, true, "Runtime Error", "Method not allowed for given API resource"},
    {"303001", 503, true, "Runtime Error",
     "Currently , Address endpoint : [ Name : apisiasn--v1.0_APIproductionEndpoint ] [ State : "
     "SUSPENDED ]"},
    {"101504", 504, true, "Runtime Error", "Send timeout"},
    {"101503", 500, true, "Runtime Error", "Error connecting to the back end"},
};

Reply InShape(int status, json body, std::string_view shape) {
  if (shape == "xml") {
    std::string xml = "<ams:fault xmlns:ams=\"http://wso2.org/apimanager/security\">";
    for (const char* key : {"code", "message", "description"}) {
      absl::StrAppend(&xml, "<ams:", key, ">", TextOf(body, key), "</ams:", key, ">");
    }
    return {.status = status, .content_type = "application/xml", .body = xml + "</ams:fault>"};
  }
  if (shape != "fault") return JsonReply(status, body);
  body["code"] = WholeNumberOf(Find(body, "code")).value_or(0);
  return JsonReply(status, {{"fault", std::move(body)}});
}

}  // namespace

Reply Found(std::string_view data) {
  return {.body = absl::StrCat(R"({"code":1,"data":)", AbslView(data), R"(,"message":"success"})")};
}

Reply FoundOf(size_t count, std::string_view data) {
  return {.body = absl::StrCat(R"({"code":1,"count":)", count, R"(,"data":)", AbslView(data),
                               R"(,"message":"success"})")};
}

Reply NotFound(const Switches& switches) {
  const json text = {{"code", 0}, {"data", "Data tidak ditemukan"}, {"message", ""}};
  if (switches.not_found == "200_text") return JsonReply(200, text);
  if (switches.not_found == "200_null") {
    return JsonReply(200, {{"code", 1}, {"data", nullptr}, {"message", "success"}});
  }
  if (switches.not_found == "200_absent") {
    return JsonReply(200, {{"code", 1}, {"message", "success"}});
  }
  if (switches.not_found == "record_not_found") {
    return JsonReply(200, {{"code", 0}, {"data", "record not found"}, {"message", ""}});
  }
  return JsonReply(404, text);
}

Reply Saved(const json& map_data) {
  return JsonReply(200, {{"success", true}, {"mapData", map_data}, {"message", "success"}});
}

Reply Refused(std::string_view message) {
  return JsonReply(200, {{"success", false}, {"mapData", nullptr}, {"message", message}});
}

Reply Required(const std::vector<std::string>& fields, const Switches& switches) {
  std::string message = fields.size() == 1 ? "1 error occurred:\n"
                                           : absl::StrCat(fields.size(), " errors occurred:\n");
  for (const std::string& field : fields)
    absl::StrAppend(&message, "\t* ", field, " is required\n");
  return NotTaken(static_cast<int>(switches.required_status), message + "\n");
}

Reply Uploaded(const json& document) {
  return JsonReply(200, {{"code", 1}, {"data", document}, {"message", "File berhasil di upload"}});
}

Reply NotTaken(int status, std::string_view message) {
  return JsonReply(status, {{"code", 0}, {"data", nullptr}, {"message", message}});
}

Reply FrameworkError(int status, std::string_view message) {
  return JsonReply(status, {{"message", message}});
}

Reply SsoMismatch() {
  return JsonReply(401, {{"code", 0}, {"data", "Token SSO mismatch"}, {"message", ""}});
}

Reply GatewayError(std::string_view code, std::string_view shape) {
  const GatewayFault* fault = &kGatewayFaults[std::size(kGatewayFaults) - 1];
  for (const GatewayFault& known : kGatewayFaults) {
    if (known.code == code) fault = &known;
  }
  json body = {{"code", code.empty() ? fault->code : code},
               {"message", fault->message},
               {"description", fault->description}};
  if (fault->is_runtime) body["type"] = "Status report";
  return InShape(fault->status, std::move(body), shape);
}

Reply Throttled(std::string_view code, std::chrono::milliseconds wait, bool with_time,
                std::string_view shape) {
  json body = {{"code", code},
               {"message", "Message throttled out"},
               {"description", "You have exceeded your quota"}};
  if (with_time) {
    // Whole seconds, rounded up: whoever comes then is let in.
    const absl::Time next =
        absl::Now() + absl::Milliseconds(wait.count()) + absl::Milliseconds(999);
    const std::string text =
        absl::FormatTime("%Y-%b-%d %H:%M:%S+0000 UTC", next, absl::UTCTimeZone());
    body["description"] =
        absl::StrCat("You have exceeded your quota .You can access API after ", text);
    body["nextAccessTime"] = text;
  }
  return InShape(429, std::move(body), shape);
}

}  // namespace kinerja::simulators::bkn
