import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * ApiVersions OUT LEVEL=JAR…: what lint asks of api-versions.xml, from Android's own classes.
 *
 * <p>The lowest level comes first and everything in it counts as there from the beginning. What a later
 * jar adds counts from the level after the jar before: levels in between are not known, and a call that
 * is guarded rightly must not be found.
 */
public class ApiVersions {
    private static final int READABLE = 61; // the class files' version that this Java reads

    private static final class Type {
        final int since;
        final Map<String, Integer> parents = new TreeMap<>();
        final Map<String, Integer> methods = new TreeMap<>();
        final Map<String, Integer> fields = new TreeMap<>();

        Type(int since) {
            this.since = since;
        }
    }

    private static final Map<String, Type> TYPES = new TreeMap<>();

    public static void main(String[] arguments) throws IOException {
        int since = 1;
        for (int i = 1; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            read(pair[1], since);
            since = Integer.parseInt(pair[0]) + 1;
        }
        TYPES.computeIfAbsent("java/lang/Object", name -> new Type(1)).methods.put("&lt;init&gt;()V", 1);
        write(arguments[0]);
    }

    private static void read(String jar, int since) throws IOException {
        try (ZipFile zip = new ZipFile(jar)) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                if (name.endsWith(".class") && (name.startsWith("android/") || name.startsWith("java/"))) {
                    byte[] bytes = zip.getInputStream(entry).readAllBytes();
                    bytes[6] = 0;
                    bytes[7] = READABLE;
                    int skipped = ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;
                    new ClassReader(bytes).accept(new Visitor(since), skipped);
                }
            }
        }
    }

    private static final class Visitor extends ClassVisitor {
        private final int level;
        private Type type;

        Visitor(int level) {
            super(Opcodes.ASM9);
            this.level = level;
        }

        private static boolean open(int access) {
            boolean seen = (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
            return seen && (access & Opcodes.ACC_SYNTHETIC) == 0;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] others) {
            if (!open(access)) {
                return;
            }
            type = TYPES.computeIfAbsent(name, key -> new Type(level));
            if (parent != null) {
                type.parents.putIfAbsent("extends name=\"" + parent, level);
            }
            for (String other : others) {
                if (!other.startsWith("org/robolectric")) {
                    type.parents.putIfAbsent("implements name=\"" + other, level);
                }
            }
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String types, String signature, String[] thrown) {
            boolean instrumentation = name.startsWith("$$") || name.startsWith("__");
            if (type != null && open(access) && !instrumentation && !name.equals("<clinit>")) {
                type.methods.putIfAbsent(name.replace("<", "&lt;").replace(">", "&gt;") + types, level);
            }
            return null;
        }

        @Override
        public FieldVisitor visitField(int access, String name, String kind, String signature, Object value) {
            if (type != null && open(access) && !name.startsWith("__")) {
                type.fields.putIfAbsent(name, level);
            }
            return null;
        }
    }

    private static void write(String target) throws IOException {
        try (PrintWriter out = new PrintWriter(target, "UTF-8")) {
            out.println("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<api version=\"3\">");
            TYPES.forEach((name, type) -> {
                out.println("<class name=\"" + name + "\" since=\"" + type.since + "\">");
                type.parents.forEach((parent, since) -> {
                    if (TYPES.containsKey(parent.substring(parent.indexOf('"') + 1))) {
                        out.println("<" + parent + "\"" + said(since, type) + "/>");
                    }
                });
                type.methods.forEach((method, since) ->
                    out.println("<method name=\"" + method + "\"" + said(since, type) + "/>"));
                type.fields.forEach((field, since) ->
                    out.println("<field name=\"" + field + "\"" + said(since, type) + "/>"));
                out.println("</class>");
            });
            out.println("</api>");
        }
    }

    private static String said(int since, Type type) {
        return since > type.since ? " since=\"" + since + "\"" : "";
    }
}
