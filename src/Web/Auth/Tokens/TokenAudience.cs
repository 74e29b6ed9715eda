namespace Cozy.Web.Auth.Tokens;

/// <summary>What a token is for: its <c>aud</c> claim.</summary>
public enum TokenAudience
{
    /// <summary>A web app in the owner's browser (<c>app</c>); subject: its slug.</summary>
    App,

    /// <summary>A connector (<c>konn</c>); subject: its slug.</summary>
    Connector,

    /// <summary>The operator's command line (<c>cli</c>).</summary>
    CommandLine,

    /// <summary>Whoever has the link (<c>share</c>); subject: the code's name.</summary>
    Share,

    /// <summary>An OAuth client (<c>access</c>); subject: the client's id.</summary>
    Access,

    /// <summary>Lets an OAuth client ask for access tokens (<c>refresh</c>).</summary>
    Refresh,

    /// <summary>Lets an OAuth client change its registration (<c>registration</c>).</summary>
    Registration,
}
