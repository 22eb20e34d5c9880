// Reads memory that was given back: AddressSanitizer must report it.
int main(int argc, char**) {
  int* const value = new int(argc);
  delete value;
  return *value;
}
