namespace Cozy.Web.Pages;

/// <summary>The drawings of the pages; the stylesheet gives them their colours by day and by night.</summary>
internal static class Drawings
{
    /// <summary>The logo: a C with a lamp in it, under a roof.</summary>
    public static Html Logo { get; } = Html.Of(
        $"""
        <svg viewBox="0 0 40 40" aria-hidden="true" focusable="false"><rect class="logo-tile" width="40" height="40" rx="11"/><path class="logo-line" d="M8.5 18.2 20 8.6l11.5 9.6"/><path class="logo-line" d="M25.4 20.9a7 7 0 1 0 0 8.2"/><circle class="logo-lamp" cx="20" cy="25" r="2.1"/></svg>
        """);

    /// <summary>A house on a hill with its lamps lit. Everything that matters is near the bottom, which is all a phone shows.</summary>
    public static Html Scene { get; } = Html.Of(
        $"""
        <div class="scene" aria-hidden="true">
        <svg viewBox="0 0 600 800" preserveAspectRatio="xMidYMax slice" focusable="false">
        <defs>
        <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop class="sky-high" offset="0"/><stop class="sky-low" offset=".85"/></linearGradient>
        <radialGradient id="glow"><stop class="glow-in" offset="0"/><stop class="glow-out" offset="1"/></radialGradient>
        </defs>
        <rect width="600" height="800" fill="url(#sky)"/>
        <g class="stars"><circle cx="70" cy="120" r="2"/><circle cx="150" cy="60" r="1.4"/><circle cx="215" cy="190" r="1.8"/><circle cx="300" cy="95" r="1.4"/><circle cx="380" cy="45" r="2"/><circle cx="520" cy="80" r="1.6"/><circle cx="560" cy="260" r="1.8"/><circle cx="95" cy="300" r="1.5"/><circle cx="330" cy="270" r="1.5"/><circle cx="250" cy="390" r="1.3"/><circle cx="40" cy="440" r="1.6"/><circle cx="180" cy="520" r="1.4"/><circle cx="530" cy="470" r="1.4"/><circle cx="300" cy="565" r="1.3"/></g>
        <circle class="halo" cx="452" cy="520" r="88"/><circle class="halo" cx="452" cy="520" r="64"/><circle class="orb" cx="452" cy="520" r="42"/>
        <path class="cloud" d="M70 455h128a22 22 0 0 0-4-43 38 38 0 0 0-70-10 28 28 0 0 0-44 14 20 20 0 0 0-10 39Z"/>
        <path class="cloud" d="M372 330h96a17 17 0 0 0-3-33 29 29 0 0 0-53-8 21 21 0 0 0-33 11 15 15 0 0 0-7 30Z"/>
        <path class="hill-far" d="M0 640c90-60 170-72 260-38s190 20 340-62v260H0Z"/>
        <path class="hill-mid" d="M0 700c120-62 230-60 330-30s180 8 270-42v172H0Z"/>
        <circle cx="262" cy="676" r="120" fill="url(#glow)"/>
        <path class="smoke" d="M303 586c-10-16 12-26 4-44s10-26 6-40"/>
        <path class="roof" d="M294 592h18v40h-18z"/>
        <path class="wall" d="M205 640h128v72H205z"/><path class="wall-shade" d="M205 640h128v9H205z"/>
        <path class="roof" d="M190 646 236 594h66l46 52Z"/>
        <path class="door" d="M255 712v-38a13 13 0 0 1 26 0v38Z"/><circle class="lamp" cx="276" cy="692" r="2"/>
        <rect class="lamp" x="217" y="664" width="24" height="24" rx="2"/><path class="pane" d="M229 664v24M217 676h24"/>
        <rect class="lamp" x="297" y="664" width="24" height="24" rx="2"/><path class="pane" d="M309 664v24M297 676h24"/>
        <path class="tree" d="M160 716v-24h6v24zM163 628c17 22 23 40 23 51a23 23 0 0 1-46 0c0-11 6-29 23-51Z"/>
        <path class="tree" d="M376 712v-20h5v20zM378 646c13 17 18 30 18 39a18 18 0 0 1-36 0c0-9 5-22 18-39Z"/>
        <path class="hill-near" d="M0 742c110-44 210-42 320-32s190 0 280-30v120H0Z"/>
        <path class="path" stroke-width="12" d="M268 714c4 20-30 28-24 44s40 20 34 46"/>
        <path class="tree" d="M498 726v-30h7v30zM501 612c22 28 30 52 30 66a30 30 0 0 1-60 0c0-14 8-38 30-66Z"/>
        <path class="tree" d="M548 722v-20h5v20zM550 652c14 18 19 32 19 42a19 19 0 0 1-38 0c0-10 5-24 19-42Z"/>
        <path class="tree" d="M66 752v-26h6v26zM69 658c18 23 25 43 25 54a25 25 0 0 1-50 0c0-11 7-31 25-54Z"/>
        </svg>
        </div>
        """);
}
