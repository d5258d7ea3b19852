package io.pocketlens.device;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.res.AssetFileDescriptor;
import android.content.res.AssetManager;
import android.database.Cursor;
import android.net.Uri;
import android.os.ParcelFileDescriptor;
import java.io.FileNotFoundException;
import java.io.IOException;

/**
 * Hands model packages to the app as another app would: the one that travels in the app as `whole.zip`,
 * and the damaged ones of the tests by their names. In Java, for it runs in the tests' own process, where
 * the app's Kotlin is not.
 */
public final class PackageProvider extends ContentProvider {
    private static final String WHOLE = "packages/mobilenetv2-openimages.zip";

    @Override
    public boolean onCreate() {
        return true;
    }

    @Override
    public AssetFileDescriptor openAssetFile(Uri uri, String mode) throws FileNotFoundException {
        String name = uri.getLastPathSegment();
        try {
            return "whole.zip".equals(name) ? app().openFd(WHOLE) : own().openFd("damaged/" + name);
        } catch (IOException error) {
            throw new FileNotFoundException(name + ": " + error.getMessage());
        }
    }

    @Override
    public ParcelFileDescriptor openFile(Uri uri, String mode) throws FileNotFoundException {
        throw new FileNotFoundException("only as a part of the APK");
    }

    private AssetManager own() {
        return getContext().getAssets();
    }

    private AssetManager app() throws FileNotFoundException {
        try {
            return getContext().createPackageContext("io.pocketlens.app", 0).getAssets();
        } catch (android.content.pm.PackageManager.NameNotFoundException error) {
            throw new FileNotFoundException(error.getMessage());
        }
    }

    @Override
    public String getType(Uri uri) {
        return "application/zip";
    }

    @Override
    public Cursor query(Uri uri, String[] columns, String where, String[] values, String order) {
        return null;
    }

    @Override
    public Uri insert(Uri uri, ContentValues values) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int delete(Uri uri, String where, String[] values) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int update(Uri uri, ContentValues values, String where, String[] arguments) {
        throw new UnsupportedOperationException();
    }
}
