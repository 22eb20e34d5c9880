#include "gateway/server/method_table.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/check.h"
#include "gateway/base/log.h"
#include "gateway/base/status.h"
#include "gateway/schema/catalogue.h"
#include "google/protobuf/descriptor.h"

namespace kinerja::server {
namespace {

constexpr std::string_view kBearer = "bearer ";

// The token of "Bearer <token>"; empty when it is another scheme.
std::string_view BearerToken(std::string_view authorization) {
  if (authorization.size() <= kBearer.size()) return "";
  const std::string scheme =
      absl::AsciiStrToLower(std::string(authorization.substr(0, kBearer.size())));
  return scheme == kBearer ? authorization.substr(kBearer.size()) : "";
}

// A defect of ours is written down; what a caller did wrong is the caller's to read.
void LogCall(std::string_view method, const security::Principal* principal,
             const absl::Status& status, absl::Duration took) {
  const bool ours = status.code() == absl::StatusCode::kInternal ||
                    status.code() == absl::StatusCode::kDataLoss ||
                    status.code() == absl::StatusCode::kUnknown;
  base::Log(ours ? base::Level::kError : base::Level::kDebug, "call",
            {{"method", method},
             {"principal", principal == nullptr ? std::string_view() : principal->id},
             {"code", absl::StatusCodeToString(status.code())},
             {"reason", base::ReasonOf(status)},
             {"micros", absl::ToInt64Microseconds(took)}});
}

}  // namespace

void MethodTable::AddMethod(std::string_view name, const google::protobuf::Descriptor* request,
                            const google::protobuf::Descriptor* response, Make make,
                            Handler handler) {
  const auto* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(std::string(name));
  KJ_CHECK(method != nullptr);
  KJ_CHECK(method->input_type() == request && method->output_type() == response);
  const v1::Access access = method->options().GetExtension(v1::method).access();
  KJ_CHECK(access != v1::ACCESS_UNSPECIFIED);
  methods_[std::string(name)] = {std::string(name), access, std::move(make), std::move(handler)};
}

std::vector<std::string> MethodTable::Methods() const {
  std::vector<std::string> names;
  for (const auto& [name, method] : methods_) names.push_back(name);
  return names;
}

void MethodTable::Call(const IncomingCall& call, Answer answer) {
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= limits_.max_calls_in_flight) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    absl::Status busy =
        schema::Error(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_CALLS_IN_FLIGHT,
                      {{"max", absl::StrCat(limits_.max_calls_in_flight)}});
    base::SetRetryDelay(&busy, absl::Seconds(1));
    return answer(std::move(busy));
  }
  Begin(call, [this, answer = std::move(answer)](absl::StatusOr<MessagePtr> result) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    answer(std::move(result));
  });
}

// In this order: is there such a method, who calls, may he, is the request readable.
void MethodTable::Begin(const IncomingCall& call, Answer answer) {
  const absl::Time began = clock_->Now();
  const security::Principal* principal = nullptr;
  const auto refuse = [&](absl::Status status) {
    LogCall(call.method, principal, status, clock_->Now() - began);
    answer(std::move(status));
  };
  const absl::StatusOr<const Method*> method = FindMethod(call.method);
  if (!method.ok()) return refuse(method.status());
  const absl::StatusOr<const security::Principal*> caller = FindCaller(call);
  if (!caller.ok()) return refuse(caller.status());
  principal = *caller;
  if (absl::Status allowed = CheckAccess(**method, *principal); !allowed.ok()) {
    return refuse(std::move(allowed));
  }
  absl::StatusOr<MessagePtr> request = Parse(**method, call);
  if (!request.ok()) return refuse(request.status());
  const base::CallContext context(*clock_, call.deadline, call.cancelled);
  if (context.Remaining() == absl::ZeroDuration()) {
    return refuse(
        schema::Error(absl::StatusCode::kDeadlineExceeded, v1::ERROR_REASON_DEADLINE_PASSED));
  }
  (*method)->handler(context, *principal, request->get(),
                     [this, began, principal, name = std::string_view((*method)->name),
                      answer = std::move(answer)](absl::StatusOr<MessagePtr> result) {
                       LogCall(name, principal, result.status(), clock_->Now() - began);
                       answer(std::move(result));
                     });
}

absl::StatusOr<const MethodTable::Method*> MethodTable::FindMethod(std::string_view name) const {
  const auto found = methods_.find(name);
  if (found != methods_.end()) return &found->second;
  // Not repeated: it may be any text.
  return schema::Error(absl::StatusCode::kUnimplemented, v1::ERROR_REASON_METHOD_UNKNOWN,
                       {{"method", "what was called"}});
}

absl::StatusOr<const security::Principal*> MethodTable::FindCaller(const IncomingCall& call) const {
  const std::string_view token = BearerToken(call.authorization);
  const security::Principal* principal = token.empty()
                                             ? principals_->ByCertificateSans(call.certificate_sans)
                                             : principals_->ByBearerToken(token);
  if (principal != nullptr) return principal;
  return schema::Error(absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_UNAUTHENTICATED);
}

absl::Status MethodTable::CheckAccess(const Method& method,
                                      const security::Principal& principal) const {
  const bool allowed = method.access == v1::ACCESS_READ ||
                       (method.access == v1::ACCESS_SUBMIT && !principal.systems.empty()) ||
                       (method.access == v1::ACCESS_OPERATE && principal.is_operator);
  if (allowed) return absl::OkStatus();
  return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_METHOD_NOT_ALLOWED,
                       {{"method", method.name}});
}

absl::StatusOr<MessagePtr> MethodTable::Parse(const Method& method,
                                              const IncomingCall& call) const {
  if (call.message_bytes > limits_.max_message_bytes) {
    return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MESSAGE_TOO_LARGE,
                         {{"max", absl::StrCat(limits_.max_message_bytes)}});
  }
  MessagePtr request = method.make();
  if (call.parse(request.get())) return request;
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_UNREADABLE,
                       {{"message", request->GetDescriptor()->full_name()}});
}

}  // namespace kinerja::server
