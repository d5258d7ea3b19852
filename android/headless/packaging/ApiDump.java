import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlin.abi.tools.api.AbiFilters;
import org.jetbrains.kotlin.abi.tools.api.AbiToolsFactory;

/** Prints the public API of a folder of class files, in the form of Kotlin's own tools. */
public class ApiDump {
    public static void main(String[] arguments) throws IOException {
        List<File> classes;
        try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
            classes = all.filter(path -> path.toString().endsWith(".class"))
                .filter(path -> !path.getFileName().toString().matches("R(\\$.*)?\\.class")) // made by aapt2
                .sorted().map(Path::toFile).collect(Collectors.toList());
        }
        AbiToolsFactory tools = ServiceLoader.load(AbiToolsFactory.class).iterator().next();
        StringBuilder out = new StringBuilder();
        tools.get().getV2().printJvmDump(out, classes, AbiFilters.Companion.getEMPTY());
        System.out.print(out);
    }
}
