#include "gateway/settings/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gateway/security/tls_files.h"

namespace kinerja::settings {
namespace {

// All units of Indonesia are about a million lines.
constexpr size_t kMaxTableBytes = 256 << 20;

void AddStatus(const std::string& field, const absl::Status& status, Mistakes* mistakes) {
  if (!status.ok()) mistakes->Add(field, std::string(status.message()));
}

// The text of a table, or nothing with the mistake added.
std::string ReadTable(const std::string& field, const std::string& path, Mistakes* mistakes) {
  if (path.empty()) return "";  // named as missing
  absl::StatusOr<std::string> text = ReadFile(path, kMaxTableBytes);
  if (!text.ok()) mistakes->Add(field, absl::StrCat(path, " ", text.status().message()));
  return std::move(text).value_or("");
}

void CheckTls(const std::string& path, const config::v1::Tls& tls, absl::Time now,
              Mistakes* mistakes) {
  const std::string key_field = path + ".private_key_file";
  if (!tls.certificate_file().empty()) {
    AddStatus(path + ".certificate_file", security::CheckCertificates(tls.certificate_file(), now),
              mistakes);
  }
  if (!tls.private_key_file().empty()) {
    AddStatus(key_field, security::CheckPrivateKey(tls.private_key_file()), mistakes);
    AddStatus(key_field, security::CheckKeyMatches(tls.certificate_file(), tls.private_key_file()),
              mistakes);
  }
  if (!tls.client_ca_file().empty()) {
    AddStatus(path + ".client_ca_file", security::CheckCertificates(tls.client_ca_file(), now),
              mistakes);
  }
}

// Records hold personal data: nobody else may put a file there, or take one away.
void CheckStoreFolder(const std::string& file, Mistakes* mistakes) {
  const std::filesystem::path parent = std::filesystem::path(file).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const std::string field = "store.sqlite.path";
  struct stat info = {};
  if (stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    mistakes->Add(field, "folder " + folder + " is not there; make it with mkdir -m 700");
  } else if (info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    mistakes->Add(field, "folder " + folder +
                             " may be written by others; make it belong to this user, and run "
                             "chmod 700 on it");
  } else if (access(folder.c_str(), W_OK | X_OK) != 0) {
    mistakes->Add(field, "folder " + folder + " cannot be written; run chmod 700 on it");
  }
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const auto cannot = [](const std::string& why) {
    return absl::InvalidArgumentError("cannot be read (" + why +
                                      "); give a file that this user may read");
  };
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return cannot(std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return cannot("no regular file");
  if (static_cast<size_t>(info.st_size) > max_bytes) return cannot("too large");
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot(std::strerror(errno));
  std::string text(static_cast<size_t>(info.st_size), '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    return cannot("it ended early");
  }
  return text;
}

void ResolvePaths(const std::string& folder, config::v1::GatewayConfig* config) {
  const auto resolve = [&folder](std::string* path) {
    if (path->empty()) return;
    // operator/ takes an absolute right side as it is.
    *path = (std::filesystem::path(folder) / *path).lexically_normal();
  };
  for (config::v1::Listener& listener : *config->mutable_listeners()) {
    if (!listener.has_tls()) continue;
    resolve(listener.mutable_tls()->mutable_certificate_file());
    resolve(listener.mutable_tls()->mutable_private_key_file());
    resolve(listener.mutable_tls()->mutable_client_ca_file());
  }
  if (config->store().has_sqlite()) {
    resolve(config->mutable_store()->mutable_sqlite()->mutable_path());
  }
  resolve(config->mutable_reference()->mutable_instansi_file());
  resolve(config->mutable_reference()->mutable_unor_file());
  for (config::v1::Target& target : *config->mutable_targets()) {
    if (!target.has_bkn()) continue;
    config::v1::BknTarget* bkn = target.mutable_bkn();
    resolve(bkn->mutable_consumer_key_file());
    resolve(bkn->mutable_consumer_secret_file());
    if (!bkn->sso_token_file().empty()) resolve(bkn->mutable_sso_token_file());
    if (bkn->has_sso_password()) {
      resolve(bkn->mutable_sso_password()->mutable_username_file());
      resolve(bkn->mutable_sso_password()->mutable_password_file());
    }
    if (bkn->has_http()) resolve(bkn->mutable_http()->mutable_ca_file());
    for (config::v1::DocumentSource& source : *bkn->mutable_document_sources()) {
      resolve(source.mutable_token_file());
      if (source.has_http()) resolve(source.mutable_http()->mutable_ca_file());
    }
  }
  for (config::v1::SourceSystem& system : *config->mutable_systems()) {
    if (!system.has_pmm()) continue;
    resolve(system.mutable_pmm()->mutable_token_file());
    if (system.pmm().has_http()) resolve(system.mutable_pmm()->mutable_http()->mutable_ca_file());
  }
}

std::shared_ptr<const reference::Snapshot> LoadReference(const config::v1::GatewayConfig& config,
                                                         Mistakes* mistakes) {
  const std::string instansi_field = "reference.instansi_file";
  const std::string unor_field = "reference.unor_file";
  const std::string instansi =
      ReadTable(instansi_field, config.reference().instansi_file(), mistakes);
  const std::string unor = ReadTable(unor_field, config.reference().unor_file(), mistakes);
  // Without both there would only be mistakes that follow from the first.
  if (instansi.empty() || unor.empty()) return nullptr;
  auto snapshot = reference::Snapshot::Parse(instansi, unor);
  if (snapshot.ok()) return *std::move(snapshot);
  for (const absl::string_view line : absl::StrSplit(snapshot.status().message(), '\n')) {
    const bool is_unor = line.substr(0, 4) == "unor";
    mistakes->Add(is_unor ? unor_field : instansi_field, std::string(line));
  }
  return nullptr;
}

void CheckFiles(const config::v1::GatewayConfig& config, absl::Time now, Mistakes* mistakes) {
  for (int i = 0; i < config.listeners_size(); ++i) {
    if (!config.listeners(i).has_tls()) continue;
    CheckTls(absl::StrCat("listeners[", i, "].tls"), config.listeners(i).tls(), now, mistakes);
  }
  if (!config.store().sqlite().path().empty()) {
    CheckStoreFolder(config.store().sqlite().path(), mistakes);
  }
}

}  // namespace kinerja::settings
