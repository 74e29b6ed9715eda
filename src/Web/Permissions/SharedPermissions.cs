using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Http;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Permissions;

/// <summary>Writes permission documents through their grain, and answers with them.</summary>
internal static class SharedPermissions
{
    private const int Attempts = 5;

    /// <summary>Writes a new document, with other codes if one of its codes is taken.</summary>
    public static async Task<PermissionDocument> SaveNewAsync(
        IPermissionsGrain permissions, Func<PermissionDocument> make, string? password)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SaveAsync(permissions, make(), password);
            }
            catch (CozyException failure) when (failure.Code == "code_taken" && attempt < Attempts)
            {
                // The next codes will be others.
            }
        }
    }

    /// <summary>Changes a document, again if somebody else changes it at the same time.</summary>
    public static async Task<PermissionDocument> ChangeAsync(
        IPermissionsGrain permissions, Func<Task<PermissionDocument>> read, Func<PermissionDocument, PermissionDocument> change,
        string? password)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await SaveAsync(permissions, change(await read()), password);
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict && attempt < Attempts)
            {
                // It is read again and changed as it is now.
            }
        }
    }

    /// <summary>Answers with a document.</summary>
    public static Task WriteAsync(HttpResponse response, PermissionDocument document, bool withCodes = true) =>
        JsonAnswer.WriteAsync(response, 200, JsonAnswer.JsonApi, (document, withCodes), static (json, shown) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            PermissionResource.Write(json, shown.document, shown.withCodes);
            json.WriteEndObject();
        });

    private static Task<PermissionDocument> SaveAsync(
        IPermissionsGrain permissions, PermissionDocument document, string? password) => GrainCalls.RetryOnceAsync(
            (permissions, document, password),
            static (call, isRetry) => call.permissions.SaveAsync(call.document, call.password, isRetry));
}
