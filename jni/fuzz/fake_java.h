// The part of Java that the JNI edge talks to, played by a table of functions: objects, arrays,
// strings, buffers and bitmaps that a fuzz input describes. It keeps JNI's rules, and ends the
// program when one is broken: a call while an exception is pending, a wrong kind of object, a bitmap
// left locked. It may run out of memory after any number of new objects.
#pragma once

#include <android/bitmap.h>
#include <jni.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace pocketlens::fuzz {

// A Java object. Which of the fields it uses follows from its kind.
struct Object {
  enum Kind { type, text, bytes, ints, floats, doubles, objects, buffer, bitmap, made } kind = made;
  std::string name;  // of a class
  std::u16string characters;
  std::vector<jbyte> byte_values;
  std::vector<jint> int_values;
  std::vector<jfloat> float_values;
  std::vector<jdouble> double_values;
  std::vector<Object*> elements;
  const Object* made_of = nullptr;     // the class of an object that was made by its constructor
  std::vector<jvalue> arguments;       // of that constructor
  bool direct = true;                  // a buffer's
  std::unique_ptr<uint8_t[]> memory;   // a buffer's or bitmap's; exactly `size` bytes
  size_t size = 0;
  AndroidBitmapInfo info = {};
  int locks = 0;
  int broken = 0;  // a bitmap: 1 cannot be examined, 2 cannot be locked
};

class Java {
 public:
  static Java& Get();

  JNIEnv* env() { return &env_; }
  JavaVM* vm() { return &vm_; }

  // The native method of this name that the edge registered.
  void* Native(const std::string& name) const;

  // Forgets all objects but classes, and any exception; `allocations` more objects can be made.
  void Reset(int allocations);

  // A new object that Reset forgets.
  Object* New(Object::Kind kind);

  // The pending exception, null when there is none; it is no longer pending then.
  Object* TakePending();

  // Ends the program unless every bitmap has been unlocked.
  void CheckBitmaps() const;

 private:
  friend struct Functions;
  Java();

  JNIEnv env_;
  JavaVM vm_;
  std::deque<Object> classes_;
  std::deque<Object> objects_;
  std::vector<std::pair<std::string, void*>> natives_;
  Object* pending_ = nullptr;
  int allocations_ = 1 << 30;
};

// A Java object as JNI passes it, and back.
template <class T>
T Given(Object* object) {
  return reinterpret_cast<T>(object);
}

// A Java string of ASCII text.
inline jstring TextOf(const std::string& ascii) {
  Object* const made = Java::Get().New(Object::text);
  made->characters.assign(ascii.begin(), ascii.end());
  return Given<jstring>(made);
}

inline Object* Taken(const void* object) {
  return static_cast<Object*>(const_cast<void*>(object));
}

}  // namespace pocketlens::fuzz
