#include "fuzz/fake_java.h"

#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

namespace pocketlens::fuzz {
namespace {

// A constructor: its class and signature.
struct Method {
  Object* type;
  std::string signature;
};

[[noreturn]] void Broken(const char* rule) {
  std::cerr << "JNI: " << rule << std::endl;
  std::abort();
}

Object* Must(const void* object, Object::Kind kind) {
  Object* const found = Taken(object);
  if (found == nullptr) Broken("null where an object must be");
  if (found->kind != kind) Broken("an object of the wrong kind");
  return found;
}

template <class T>
void CopyRegion(const std::vector<T>& values, jsize start, jsize count, T* out) {
  if (start < 0 || count < 0 || static_cast<size_t>(start) + count > values.size()) {
    Broken("a region outside of an array");
  }
  if (count > 0) std::memcpy(out, values.data() + start, count * sizeof(T));
}

template <class T>
void FillRegion(std::vector<T>* values, jsize start, jsize count, const T* from) {
  if (start < 0 || count < 0 || static_cast<size_t>(start) + count > values->size()) {
    Broken("a region outside of an array");
  }
  if (count > 0) std::memcpy(values->data() + start, from, count * sizeof(T));
}

}  // namespace

// The functions of JNIEnv that the edge calls.
struct Functions {
  static Java& Quiet() {
    if (Java::Get().pending_ != nullptr) Broken("a call while an exception is pending");
    return Java::Get();
  }

  // A new object, or null with an exception pending when Java's memory is used up.
  static Object* Make(Object::Kind kind) {
    Java& java = Quiet();
    if (java.allocations_-- > 0) return java.New(kind);
    java.pending_ = java.New(Object::made);
    java.pending_->made_of = Class("java/lang/OutOfMemoryError");
    return nullptr;
  }

  static Object* Class(const std::string& name) {
    for (Object& known : Java::Get().classes_) {
      if (known.name == name) return &known;
    }
    Object& added = Java::Get().classes_.emplace_back();
    added.kind = Object::type;
    added.name = name;
    return &added;
  }

  static jclass JNICALL FindClass(JNIEnv*, const char* name) {
    Quiet();
    return Given<jclass>(Class(name));
  }
  static jmethodID JNICALL GetMethodID(JNIEnv*, jclass type, const char* name, const char* text) {
    Quiet();
    if (std::string(name) != "<init>") Broken("a method that is no constructor");
    static std::deque<Method> methods;
    methods.push_back({Must(type, Object::type), text});
    return reinterpret_cast<jmethodID>(&methods.back());
  }
  static jobject JNICALL NewObjectV(JNIEnv*, jclass type, jmethodID method, va_list arguments) {
    const Method& constructor = *reinterpret_cast<Method*>(method);
    if (constructor.type != Must(type, Object::type)) Broken("a constructor of another class");
    Object* const made = Make(Object::made);
    if (made == nullptr) return nullptr;
    made->made_of = constructor.type;
    const std::string& text = constructor.signature;
    for (size_t i = 1; text[i] != ')'; ++i) {
      jvalue value = {};
      if (text[i] == 'I') {
        value.i = va_arg(arguments, jint);
      } else if (text[i] == 'F' || text[i] == 'D') {
        value.d = va_arg(arguments, double);
      } else {
        value.l = va_arg(arguments, jobject);
        while (text[i] == '[') ++i;
        if (text[i] == 'L') i = text.find(';', i);
      }
      made->arguments.push_back(value);
    }
    return Given<jobject>(made);
  }
  static jobject JNICALL NewGlobalRef(JNIEnv*, jobject object) {
    Quiet();
    Must(object, Object::type);
    return object;
  }
  static void JNICALL DeleteLocalRef(JNIEnv*, jobject) {}
  static jboolean JNICALL ExceptionCheck(JNIEnv*) {
    return Java::Get().pending_ != nullptr ? JNI_TRUE : JNI_FALSE;
  }
  static jint JNICALL Throw(JNIEnv*, jthrowable exception) {
    Quiet().pending_ = Must(exception, Object::made);
    return JNI_OK;
  }
  static jstring JNICALL NewString(JNIEnv*, const jchar* characters, jsize count) {
    Object* const made = Make(Object::text);
    if (made == nullptr) return nullptr;
    if (count > 0) made->characters.assign(characters, characters + count);
    return Given<jstring>(made);
  }
  static jstring JNICALL NewStringUTF(JNIEnv*, const char* text) {
    Object* const made = Make(Object::text);
    if (made == nullptr) return nullptr;
    if (text == nullptr) Broken("a string of null");
    made->characters.assign(text, text + std::strlen(text));
    return Given<jstring>(made);
  }
  static jsize JNICALL GetStringLength(JNIEnv*, jstring text) {
    Quiet();
    return static_cast<jsize>(Must(text, Object::text)->characters.size());
  }
  static void JNICALL GetStringRegion(JNIEnv*, jstring text, jsize start, jsize count, jchar* out) {
    Quiet();
    const std::u16string& all = Must(text, Object::text)->characters;
    CopyRegion(std::vector<jchar>(all.begin(), all.end()), start, count, out);
  }
  static jobjectArray JNICALL NewObjectArray(JNIEnv*, jsize count, jclass type, jobject first) {
    Must(type, Object::type);
    Object* const made = Make(Object::objects);
    if (made == nullptr) return nullptr;
    made->elements.assign(static_cast<size_t>(count), Taken(first));
    return Given<jobjectArray>(made);
  }
  static void JNICALL SetObjectArrayElement(JNIEnv*, jobjectArray array, jsize at, jobject value) {
    Quiet();
    std::vector<Object*>& elements = Must(array, Object::objects)->elements;
    if (at < 0 || static_cast<size_t>(at) >= elements.size()) Broken("an index outside an array");
    elements[static_cast<size_t>(at)] = Taken(value);
  }
  static jobject JNICALL GetObjectArrayElement(JNIEnv*, jobjectArray array, jsize at) {
    Quiet();
    const std::vector<Object*>& elements = Must(array, Object::objects)->elements;
    if (at < 0 || static_cast<size_t>(at) >= elements.size()) Broken("an index outside an array");
    return Given<jobject>(elements[static_cast<size_t>(at)]);
  }
  static jsize JNICALL GetArrayLength(JNIEnv*, jarray array) {
    Quiet();
    const Object* const found = Taken(array);
    if (found == nullptr) Broken("the length of null");
    return static_cast<jsize>(found->kind == Object::ints      ? found->int_values.size()
                              : found->kind == Object::bytes   ? found->byte_values.size()
                              : found->kind == Object::doubles ? found->double_values.size()
                              : found->kind == Object::objects ? found->elements.size()
                                                               : found->float_values.size());
  }
  static jbyteArray JNICALL NewByteArray(JNIEnv*, jsize count) {
    Object* const made = Make(Object::bytes);
    if (made != nullptr) made->byte_values.resize(static_cast<size_t>(count));
    return Given<jbyteArray>(made);
  }
  static void JNICALL GetBytes(JNIEnv*, jbyteArray array, jsize start, jsize count, jbyte* out) {
    Quiet();
    CopyRegion(Must(array, Object::bytes)->byte_values, start, count, out);
  }
  static void JNICALL SetBytes(JNIEnv*, jbyteArray array, jsize start, jsize count,
                               const jbyte* from) {
    Quiet();
    FillRegion(&Must(array, Object::bytes)->byte_values, start, count, from);
  }
  static jintArray JNICALL NewIntArray(JNIEnv*, jsize count) {
    Object* const made = Make(Object::ints);
    if (made != nullptr) made->int_values.resize(static_cast<size_t>(count));
    return Given<jintArray>(made);
  }
  static jfloatArray JNICALL NewFloatArray(JNIEnv*, jsize count) {
    Object* const made = Make(Object::floats);
    if (made != nullptr) made->float_values.resize(static_cast<size_t>(count));
    return Given<jfloatArray>(made);
  }
  static jdoubleArray JNICALL NewDoubleArray(JNIEnv*, jsize count) {
    Object* const made = Make(Object::doubles);
    if (made != nullptr) made->double_values.resize(static_cast<size_t>(count));
    return Given<jdoubleArray>(made);
  }
  static void JNICALL GetInts(JNIEnv*, jintArray array, jsize start, jsize count, jint* out) {
    Quiet();
    CopyRegion(Must(array, Object::ints)->int_values, start, count, out);
  }
  static void JNICALL GetFloats(JNIEnv*, jfloatArray array, jsize start, jsize count, jfloat* out) {
    Quiet();
    CopyRegion(Must(array, Object::floats)->float_values, start, count, out);
  }
  static void JNICALL GetDoubles(JNIEnv*, jdoubleArray array, jsize start, jsize count,
                                 jdouble* out) {
    Quiet();
    CopyRegion(Must(array, Object::doubles)->double_values, start, count, out);
  }
  static void JNICALL SetInts(JNIEnv*, jintArray array, jsize start, jsize count, const jint* from) {
    Quiet();
    FillRegion(&Must(array, Object::ints)->int_values, start, count, from);
  }
  static void JNICALL SetFloats(JNIEnv*, jfloatArray array, jsize start, jsize count,
                                const jfloat* from) {
    Quiet();
    FillRegion(&Must(array, Object::floats)->float_values, start, count, from);
  }
  static void JNICALL SetDoubles(JNIEnv*, jdoubleArray array, jsize start, jsize count,
                                 const jdouble* from) {
    Quiet();
    FillRegion(&Must(array, Object::doubles)->double_values, start, count, from);
  }
  static void* JNICALL GetDirectBufferAddress(JNIEnv*, jobject buffer) {
    Quiet();
    const Object* const found = Must(buffer, Object::buffer);
    return found->direct ? found->memory.get() : nullptr;
  }
  static jlong JNICALL GetDirectBufferCapacity(JNIEnv*, jobject buffer) {
    Quiet();
    const Object* const found = Must(buffer, Object::buffer);
    return found->direct ? static_cast<jlong>(found->size) : -1;
  }
  static jint JNICALL RegisterNatives(JNIEnv*, jclass, const JNINativeMethod* list, jint count) {
    for (jint i = 0; i < count; ++i) Quiet().natives_.emplace_back(list[i].name, list[i].fnPtr);
    return JNI_OK;
  }
  static jint JNICALL GetEnv(JavaVM*, void** env, jint) {
    *env = Java::Get().env();
    return JNI_OK;
  }

  static JNINativeInterface_ Table() {
    JNINativeInterface_ table = {};
    table.FindClass = FindClass;
    table.GetMethodID = GetMethodID;
    table.NewObjectV = NewObjectV;
    table.NewGlobalRef = NewGlobalRef;
    table.DeleteLocalRef = DeleteLocalRef;
    table.ExceptionCheck = ExceptionCheck;
    table.Throw = Throw;
    table.NewString = NewString;
    table.NewStringUTF = NewStringUTF;
    table.GetStringLength = GetStringLength;
    table.GetStringRegion = GetStringRegion;
    table.NewObjectArray = NewObjectArray;
    table.SetObjectArrayElement = SetObjectArrayElement;
    table.GetObjectArrayElement = GetObjectArrayElement;
    table.GetArrayLength = GetArrayLength;
    table.NewByteArray = NewByteArray;
    table.GetByteArrayRegion = GetBytes;
    table.SetByteArrayRegion = SetBytes;
    table.NewIntArray = NewIntArray;
    table.NewFloatArray = NewFloatArray;
    table.NewDoubleArray = NewDoubleArray;
    table.GetIntArrayRegion = GetInts;
    table.GetFloatArrayRegion = GetFloats;
    table.GetDoubleArrayRegion = GetDoubles;
    table.SetIntArrayRegion = SetInts;
    table.SetFloatArrayRegion = SetFloats;
    table.SetDoubleArrayRegion = SetDoubles;
    table.GetDirectBufferAddress = GetDirectBufferAddress;
    table.GetDirectBufferCapacity = GetDirectBufferCapacity;
    table.RegisterNatives = RegisterNatives;
    return table;
  }
};

Java::Java() : env_(), vm_() {
  static const JNINativeInterface_ functions = Functions::Table();
  static JNIInvokeInterface_ invoke = {};
  invoke.GetEnv = Functions::GetEnv;
  env_.functions = &functions;
  vm_.functions = &invoke;
}

Java& Java::Get() {
  static auto* const java = new Java;  // never destroyed, like a process's JVM
  return *java;
}

void* Java::Native(const std::string& name) const {
  for (const auto& [known, function] : natives_) {
    if (known == name) return function;
  }
  Broken("a native method that is not registered");
}

void Java::Reset(int allocations) {
  pending_ = nullptr;
  objects_.clear();
  allocations_ = allocations;
}

Object* Java::New(Object::Kind kind) {
  Object& added = objects_.emplace_back();
  added.kind = kind;
  return &added;
}

Object* Java::TakePending() { return std::exchange(pending_, nullptr); }

void Java::CheckBitmaps() const {
  for (const Object& object : objects_) {
    if (object.locks != 0) Broken("a bitmap that is still locked");
  }
}

}  // namespace pocketlens::fuzz

using pocketlens::fuzz::Object;
using pocketlens::fuzz::Taken;

int AndroidBitmap_getInfo(JNIEnv*, jobject bitmap, AndroidBitmapInfo* info) {
  const Object* const found = Taken(bitmap);
  if (found == nullptr || found->kind != Object::bitmap || found->broken == 1) {
    return ANDROID_BITMAP_RESULT_BAD_PARAMETER;
  }
  *info = found->info;
  return ANDROID_BITMAP_RESULT_SUCCESS;
}

int AndroidBitmap_lockPixels(JNIEnv*, jobject bitmap, void** pixels) {
  Object* const found = Taken(bitmap);
  if (found->broken != 0 || found->memory == nullptr) return ANDROID_BITMAP_RESULT_JNI_EXCEPTION;
  ++found->locks;
  *pixels = found->memory.get();
  return ANDROID_BITMAP_RESULT_SUCCESS;
}

int AndroidBitmap_unlockPixels(JNIEnv*, jobject bitmap) {
  --Taken(bitmap)->locks;
  return ANDROID_BITMAP_RESULT_SUCCESS;
}
