// Transfer: one libcurl easy handle and the call that it carries now. Internal to this folder.
//
// Threading: the loop's thread.
// Ownership: owns the handle and, from Begin to End, the call.
#ifndef KINERJA_GATEWAY_NET_TRANSFER_H_
#define KINERJA_GATEWAY_NET_TRANSFER_H_

#include <curl/curl.h>

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/net/address.h"
#include "gateway/net/call.h"

namespace kinerja::net {

class Transfer {
 public:
  // A handle with everything that stays the same for all calls of a client; the options outlive it.
  // INTERNAL when this libcurl cannot do what we rely on.
  static absl::StatusOr<std::unique_ptr<Transfer>> Create(const HttpClientOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Takes the call; the handle is then ready to be added to the multi handle. False when libcurl
  // does not take the request: End it with CURLE_FAILED_INIT.
  [[nodiscard]] bool Begin(std::unique_ptr<Call> call);
  // What the call came to, by libcurl's word. The handle must have left the multi handle.
  HttpResult End(CURLcode code);
  // The same, for a call that is given up.
  HttpResult Cancel();
  // Gives the call back; the transfer can be used again.
  std::unique_ptr<Call> TakeCall();

  CURL* handle() const { return curl_.get(); }
  const Call& call() const { return *call_; }

  size_t index = 0;  // the engine's: its place among those under way

 private:
  struct CurlDeleter {
    void operator()(CURL* p) const { curl_easy_cleanup(p); }
    void operator()(curl_slist* p) const { curl_slist_free_all(p); }
  };

  explicit Transfer(const HttpClientOptions& options)
      : options_(options), curl_(curl_easy_init()) {}

  template <typename T>
  void Set(CURLoption option, T value);
  void SetConstants();
  void SetTls();
  void SetCallbacks();
  void SetMethod();
  void SetHeaders();

  bool AddressAllowed(AddressKind kind) const;
  void OnHeaderLine(std::string_view line);
  bool Count(size_t bytes);
  HttpResult Judge(CURLcode code);
  HttpResult JudgeByTable(CURLcode code) const;
  HttpResult JudgeTimeout() const;
  HttpResult JudgeCertificate() const;
  HttpResult Fail(absl::StatusCode code, std::string_view cause, std::string_view what) const;

  // libcurl's callbacks; the last argument is the Transfer.
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int BeforeRequest(void* self, char* address, char* local_address, int port,
                           int local_port);
  static size_t OnHeader(char* data, size_t one, size_t bytes, void* self);
  static size_t OnBody(char* data, size_t one, size_t bytes, void* self);

  const HttpClientOptions& options_;
  std::unique_ptr<CURL, CurlDeleter> curl_;
  bool set_failed_ = false;

  // Of the call.
  std::unique_ptr<Call> call_;
  std::unique_ptr<curl_slist, CurlDeleter> headers_;
  HttpResponse response_;
  size_t received_bytes_ = 0;
  SteadyTime begun_;
  bool sent_ = false;  // from here on a byte of the request may be out
  bool address_refused_ = false;
  bool repeat_refused_ = false;
  bool too_large_ = false;
};

}  // namespace kinerja::net

#endif  // KINERJA_GATEWAY_NET_TRANSFER_H_
